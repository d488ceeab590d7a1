// PNG in a browser: the SVG as an image, painted on a canvas. Fonts are the browser's own.
// in:  the text of an SVG file, the size in pixels     out: the bytes of a PNG file

export async function canvasPng(svg: string, width: number, height: number): Promise<Uint8Array> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width);
    canvas.height = Math.round(height);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await bytesOf(canvas);
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function bytesOf(canvas: HTMLCanvasElement): Promise<Uint8Array> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob !== null) return new Uint8Array(await blob.arrayBuffer());
  throw new Error(`png: the browser makes no image of ${canvas.width} x ${canvas.height} pixels.`);
}
