/** Every VPC has the set that a region begins with; there is no other. */
export const dhcpOptionsId = 'dopt-0a1b2c3d4e5f60718';
