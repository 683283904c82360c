# shellcheck shell=bash
# The last line of the program that is laid on the host: systemd calls it by the name of what is to be done.

"$@"
