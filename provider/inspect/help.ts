/** Where the passphrase of the private key is looked for: whoever lists the processes reads their arguments. */
export const PASSPHRASE = "PULUMI_COREOS_KUBELET_PASSPHRASE";

/** What `--help` says. */
export const HELP = `Usage: pulumi-coreos-kubelet inspect [OPTION]... HOST...

Tells what pulumi-coreos-kubelet sees on hosts, and changes nothing there. HOST: [user@]host[:port], an IPv6 address in
brackets; the user is core, the port 22. An ssh-agent is asked by SSH_AUTH_SOCK.

  --identity FILE           private key; its passphrase: ${PASSPHRASE} of the environment
  --password-from-env NAME  password, from that variable of the environment
  --sudo-password-from-env NAME
                            password that sudo asks for on HOST, likewise
  --known-hosts FILE        the keys that hosts and jump hosts may show, as ssh keeps them
  --host-key KEY            the key that the one host must show, such as "ssh-ed25519 AAAA..."
  --jump HOST               a jump host on the way, with the same credentials; several: the nearest first
  --healthz-port PORT       where the kubelet is asked how it is; default 10248, 0: it is not asked
  --json                    JSON instead of text
  -h, --help                this text; --version, in place of inspect: this package's version

Without --known-hosts and --host-key any key is taken, and shown.
Exit status: 0: all is told; 1: a host could not be looked at; 2: wrong arguments.
`;
