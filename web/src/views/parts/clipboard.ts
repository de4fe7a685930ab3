/** Whether the browser lets this page copy: pages that came over plain HTTP from another machine may not. */
export function mayCopy(): boolean {
  return "clipboard" in navigator;
}

/** Whether it was copied: the user may have forbidden it. */
export async function copyText(text: string): Promise<boolean> {
  if (!mayCopy()) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}
