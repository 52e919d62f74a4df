# Runs on a server of the lab and looks around twenty times a second, until its standard input ends. Says only what has
# changed since it last looked:
#   runs R…            runs of which a recorded command group has living processes
#   stranger CMD       an npm install that no command group accounts for, seen twice in a row
#   config MODE HEX    the bytes of openclaw.json
#   samples N          at the end: how often it looked
use strict;
use warnings;
$| = 1;

my ($groups, $config) = @ARGV;
my (%run_of_session, %suspect);
my ($said_runs, $said_config, $samples) = ('', '', 0);

sub read_file {
    my ($path) = @_;
    open my $in, '<', $path or return undef;
    local $/;
    return scalar <$in>;
}

# Once recorded, a session belongs to its run until its last process has ended, whatever becomes of the record.
sub read_groups {
    for my $file (glob "$groups/*") {
        my ($session) = split ' ', read_file($file) // '';
        $run_of_session{$session} = $1 if defined $session and $file =~ m{([^/]+)\.\d+$};
    }
}

sub look_at_processes {
    my (%alive, %now);
    for my $dir (glob '/proc/[0-9]*') {
        my $stat = read_file("$dir/stat") // next;
        my ($state, undef, undef, $session) = split ' ', substr($stat, rindex($stat, ')') + 1);
        next if $state eq 'Z';
        if (defined(my $run = $run_of_session{$session})) { $alive{$run} = 1; next }
        my $words = read_file("$dir/cmdline") // next;
        $words =~ tr/\0/ /;
        $now{$dir} = $words if $words =~ /npm-cli\.js install/;
    }
    my $runs = join ' ', sort keys %alive;
    print "runs $runs\n" if $runs ne $said_runs;
    $said_runs = $runs;
    for my $dir (keys %now) { print "stranger $now{$dir}\n" if $suspect{$dir} }
    %suspect = %now;
}

sub look_at_config {
    my $text = read_file($config) // return;
    my $mode = (stat $config)[2] // return;
    my $said = sprintf '%o %s', $mode & 07777, unpack 'H*', $text;
    print "config $said\n" if $said ne $said_config;
    $said_config = $said;
}

while (1) {
    read_groups();
    look_at_processes();
    look_at_config();
    $samples++;
    my $input = '';
    vec($input, fileno(STDIN), 1) = 1;
    last if select($input, undef, undef, 0.05) and not sysread STDIN, my $byte, 1;
}
print "samples $samples\n";
