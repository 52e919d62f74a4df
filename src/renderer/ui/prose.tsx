/** Words in which commands stand between backticks, as at every door; here they are set as code. */
export function Prose({ children }: { readonly children: string }) {
  // what is between two marks is every second part
  return children.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
