import { z } from 'zod';

/** A host name, IPv4 or IPv6 address (without brackets). Never begins with "-", so that no program takes it for an option. */
export const hostSchema = z.string().regex(/^[A-Za-z0-9:_][A-Za-z0-9._:%-]{0,254}$/, 'a host name or an IP address');
