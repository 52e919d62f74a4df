/** Between the desktop's preload script and its main process, both ways: messages as objects, frames as bytes. */
export const DOOR_CHANNEL = 'hardshell:door';
