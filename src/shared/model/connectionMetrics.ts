/**
 * What is known of the connection to a server, stored beside what is measured of it: whether it answers and lets us in (1 or 0), and how old the
 * newest measurement is while it is connected.
 */
export const connectionMetrics = ['serverReachable', 'serverLogin', 'sampleAgeS'] as const;
