// What is picked to compare: two to four.

export const least = 2;
export const most = 4;

/** Picks one, or takes it away; a fifth is not picked. @param {readonly string[]} picked @param {string} provider @returns {string[]} */
export function toggled(picked, provider) {
  if (picked.includes(provider)) return picked.filter((one) => one !== provider);
  return picked.length < most ? [...picked, provider] : [...picked];
}
