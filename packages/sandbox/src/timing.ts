/** How long what the sandbox imitates takes in AWS. Loads nothing else of the sandbox. */
export { stages } from '@meshbed/aws-server/transitions';
