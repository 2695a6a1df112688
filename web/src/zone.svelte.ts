// The zone that times are shown in: the organisation's, as the server says at sign-in.
export const zone = $state({ name: 'UTC' });
/** "Europe/Berlin" is said as "Berlin". */
export const zoneWord = (name: string = zone.name): string => name.split('/').at(-1)!.replaceAll('_', ' ');
