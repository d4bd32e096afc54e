/** What is used here of the validator, which has no types of its own. */
declare module 'asl-validator' {
  export default function aslValidator(definition: object): { readonly isValid: boolean };
}
