#!/usr/bin/env bash
# Installs the Debian packages that the tests and linters use and this machine lacks. Test hosts and the Pulumi CLI are
# brought by the tests themselves.
set -euo pipefail

missing=()
PATH=$PATH:/usr/sbin:/sbin
while read -r command package; do
    command -v "$command" >/dev/null || missing+=("$package")
done < <(
    printf '%s\n' 'shellcheck shellcheck' 'shfmt shfmt' 'ssh openssh-client' 'sshd openssh-server' \
        'systemd-analyze systemd' 'systemd-nspawn systemd-container' 'mmdebstrap mmdebstrap' 'ip iproute2' \
        'socat socat' 'curl curl' 'tcsh tcsh' 'zsh zsh'
)
((${#missing[@]} > 0)) || exit 0

if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    printf 'missing: %s; install these packages, or run this as root on Debian\n' "${missing[*]}" >&2
    exit 1
fi
printf 'installing %s\n' "${missing[*]}"
apt-get -qq update
DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
