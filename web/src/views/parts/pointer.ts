/** Whether a finger is how this device is used: focusing a box would then push the keyboard over half of the screen. */
export function isTouch(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}
