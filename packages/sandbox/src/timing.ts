/** How long what the sandbox imitates takes in AWS. Loads nothing else of the sandbox. */
export { stages, type Stage } from '@meshbed/aws-server/transitions';
