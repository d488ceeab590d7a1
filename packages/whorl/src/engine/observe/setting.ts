// Settings from the environment: WHORL_DEBUG, WHORL_DEVICE and so on.
// in:  a name     out: its text; undefined where there is no environment, or none that may be read

interface Host {
  process?: { env?: Record<string, string | undefined> };
}

export function setting(name: string): string | undefined {
  try {
    return (globalThis as Host).process?.env?.[name];
  } catch {
    // Deno without --allow-env
    return undefined;
  }
}
