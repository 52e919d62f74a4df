# Runs on a server of the lab and prints every argument list that it sees, once, until its standard input ends.
use strict;
use warnings;
$| = 1;

my %seen;
while (1) {
    for my $file (glob '/proc/[0-9]*/cmdline') {
        open my $in, '<', $file or next;
        local $/;
        my $words = <$in> // next;
        next if $words eq '' or $seen{$words}++;
        print unpack('H*', $words), "\n";
    }
    my $input = '';
    vec($input, fileno(STDIN), 1) = 1;
    last if select($input, undef, undef, 0.05) and not sysread STDIN, my $byte, 1;
}
