#!/usr/bin/env bash
# Makes a fresh Debian tree look like CoreOS: customize.sh IMAGE-FILES TREE
set -euo pipefail
files=$1 tree=$2

chroot "$tree" groupadd --gid 500 core
chroot "$tree" useradd --create-home --uid 500 --gid 500 --shell /bin/bash --password '*' --key UID_MIN=500 core
cp -a --no-preserve=ownership "$files/." "$tree/"
chmod 0440 "$tree/etc/sudoers.d/core"

# The gate stands at their places.
for program in systemctl systemd-run systemd-analyze; do
    mv "$tree/usr/bin/$program" "$tree/usr/lib/stand-in/systemd/$program"
    ln -s ../lib/stand-in/systemd-gate "$tree/usr/bin/$program"
done

# Debian's own ssh units would hold port 22; the others only make the boot longer.
for unit in ssh.service ssh.socket getty.target console-getty.service getty-static.service systemd-networkd.service \
    systemd-resolved.service systemd-timesyncd.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \
    e2scrub_all.timer e2scrub_reap.service fstrim.timer motd-news.timer; do
    ln -sfn /dev/null "$tree/etc/systemd/system/$unit"
done
mkdir -p "$tree/etc/systemd/system/sockets.target.wants"
ln -sfn /usr/lib/systemd/system/sshd.socket "$tree/etc/systemd/system/sockets.target.wants/sshd.socket"
ln -sfn /usr/lib/systemd/system/multi-user.target "$tree/etc/systemd/system/default.target"
ln -sfn ../usr/lib/os-release "$tree/etc/os-release"

# CoreOS has none of these, so a program that leans on one must fail here too.
rm -rf "$tree"/usr/bin/{perl*,apt*,dpkg*} "$tree"/usr/{lib,share}/perl* "$tree"/usr/lib/x86_64-linux-gnu/perl* \
    "$tree"/var/lib/{apt,dpkg} "$tree"/var/cache/apt "$tree"/etc/{apt,dpkg,cron.daily,motd,update-motd.d}
rm -f "$tree"/etc/{machine-id,hostname,resolv.conf} "$tree"/var/lib/dbus/machine-id "$tree"/etc/ssh/ssh_host_*
# Nothing makes /opt on CoreOS.
rmdir "$tree/opt" 2>/dev/null || true
