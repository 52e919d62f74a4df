import { expect, test } from 'vitest';
import { parseMachine, parseOsRelease } from './machine.ts';

const debianRelease = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
`;

const ubuntu2204 = `PRETTY_NAME="Ubuntu 22.04.4 LTS"
NAME="Ubuntu"
VERSION_ID="22.04"
VERSION="22.04.4 LTS (Jammy Jellyfish)"
VERSION_CODENAME=jammy
ID=ubuntu
ID_LIKE=debian
UBUNTU_CODENAME=jammy
`;

const ubuntu2404 = `PRETTY_NAME="Ubuntu 24.04.1 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
ID=ubuntu
ID_LIKE=debian
LOGO=ubuntu-logo
`;

const fedora = `NAME="Fedora Linux"
VERSION="41 (Cloud Edition)"
ID=fedora
VERSION_ID=41
PLATFORM_ID="platform:f41"
PRETTY_NAME="Fedora Linux 41 (Cloud Edition)"
SUPPORT_END=2025-12-15
`;

const rocky = `NAME="Rocky Linux"
VERSION="9.4 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.4"
`;

const alpine = `NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.20.3
PRETTY_NAME="Alpine Linux v3.20"
`;

test.each([
  [
    'Debian 12',
    debianRelease,
    { id: 'debian', idLike: [], versionId: '12', prettyName: 'Debian GNU/Linux 12 (bookworm)' },
  ],
  [
    'Ubuntu 22.04',
    ubuntu2204,
    { id: 'ubuntu', idLike: ['debian'], versionId: '22.04', prettyName: 'Ubuntu 22.04.4 LTS' },
  ],
  [
    'Ubuntu 24.04',
    ubuntu2404,
    { id: 'ubuntu', idLike: ['debian'], versionId: '24.04', prettyName: 'Ubuntu 24.04.1 LTS' },
  ],
  ['Fedora', fedora, { id: 'fedora', idLike: [], versionId: '41', prettyName: 'Fedora Linux 41 (Cloud Edition)' }],
  [
    'Rocky, without a pretty name',
    rocky,
    { id: 'rocky', idLike: ['rhel', 'centos', 'fedora'], versionId: '9.4', prettyName: 'Rocky Linux' },
  ],
  ['Alpine', alpine, { id: 'alpine', idLike: [], versionId: '3.20.3', prettyName: 'Alpine Linux v3.20' }],
  [
    'Arch, which has no version',
    'ID=arch\nPRETTY_NAME="Arch Linux"\n',
    { id: 'arch', idLike: [], versionId: undefined, prettyName: 'Arch Linux' },
  ],
  [
    'single quotes and escapes',
    `ID='mine'\nPRETTY_NAME="A \\"fine\\" \\$ystem"\n`,
    { id: 'mine', idLike: [], versionId: undefined, prettyName: 'A "fine" $ystem' },
  ],
  ['no file at all', '', { id: 'linux', idLike: [], versionId: undefined, prettyName: 'linux' }],
])('os-release of %s', (_, text, expected) => {
  expect(parseOsRelease(text)).toEqual(expected);
});

test('a Debian 12 server in a container, as it answered', () => {
  const text = `${debianRelease}
--- machine
uname=Linux 6.18.44-fc-v595 x86_64
bits=64
glibc=glibc 2.36
init=systemd
virt=docker
container=docker
state=running
systemd=systemd 252 (252.39-1~deb12u2)
`;
  expect(parseMachine(text)).toMatchObject({
    kernelName: 'Linux',
    kernel: '6.18.44-fc-v595',
    arch: 'x86_64',
    wordBits: 64,
    libc: { kind: 'glibc', version: '2.36' },
    virtualisation: 'docker',
    isContainer: true,
    init: { name: 'systemd', isSystemd: true, state: 'running', version: 252 },
  });
});

test('BusyBox with musl and without systemd, as it answered', () => {
  const text = `${alpine}
--- machine
uname=Linux 6.18.44-fc-v595 x86_64
bits=
glibc=
musl=/lib/ld-musl-x86_64.so.1
init=init
`;
  expect(parseMachine(text)).toMatchObject({
    libc: { kind: 'musl' },
    wordBits: 64,
    virtualisation: 'none',
    isContainer: false,
    init: { name: 'init', isSystemd: false, state: undefined, version: undefined },
  });
});

test('musl beside glibc is not the musl of the system', () => {
  const text = `${debianRelease}\n--- machine\nuname=Linux 6.1 x86_64\nbits=64\nglibc=glibc 2.36\nmusl=/lib/ld-musl-x86_64.so.1\ninit=systemd\n`;
  expect(parseMachine(text)?.libc).toEqual({ kind: 'glibc', version: '2.36' });
});

test('a 32-bit system on a 64-bit kernel, as the Raspberry Pi had it', () => {
  const text = `ID=raspbian\nID_LIKE=debian\n\n--- machine\nuname=Linux 6.6.51+rpt-rpi-v8 aarch64\nbits=32\nglibc=glibc 2.36\ninit=systemd\nvirt=none\nstate=degraded\nsystemd=systemd 252\n`;
  expect(parseMachine(text)).toMatchObject({ arch: 'aarch64', wordBits: 32, init: { state: 'degraded' } });
});

test('a release file cannot pretend to be the machine', () => {
  const text = `ID=debian\nuname=Linux 1 evil\nstate=running\n\n--- machine\nuname=Linux 6.1 x86_64\nbits=64\nglibc=\ninit=runit\n`;
  expect(parseMachine(text)).toMatchObject({ arch: 'x86_64', init: { isSystemd: false }, libc: { kind: 'unknown' } });
});

test('without an answer there is no machine', () => {
  expect(parseMachine('')).toBeUndefined();
  expect(parseMachine('\n--- machine\nuname=\n')).toBeUndefined();
});
