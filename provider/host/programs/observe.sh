# shellcheck shell=bash
# Tells what stands on this host. Changes nothing, but for one word in the record: `restored` (at boot) becomes `rolled-back`.

observe_file() { # NAME FILE
    hash_of "$2"
    local hash=$REPLY text=
    [[ ! -f $2 || -L $2 ]] || {
        text_of "$2"
        text=$REPLY
    }
    [[ $hash != link ]] || text=$(readlink "$2" </dev/null)
    emit file name "$1" hash "$hash" text "$text"
}

observe_os() {
    local release machine boot kernel
    text_of "$root/etc/os-release" 2>/dev/null
    release=$REPLY
    machine=$(head -c 64 -- "$root/etc/machine-id" </dev/null 2>/dev/null)
    boot=$(head -c 64 -- "$root/proc/sys/kernel/random/boot_id" </dev/null 2>/dev/null)
    kernel=$(uname -s)
    now
    emit os release "$release" machine "$machine" boot "$boot" kernel "$kernel" uptime "$REPLY"
    emit tool name rkt version "$(rkt version </dev/null 2>/dev/null | head -n 1)"
    emit tool name systemd version "$(systemctl --version </dev/null 2>/dev/null | head -n 1)"
}

observe_service() {
    local -A service=()
    show service kubelet.service
    pod_of "${service[MainPID]}"
    emit service load "${service[LoadState]-}" active "${service[ActiveState]-}" sub "${service[SubState]-}" \
        result "${service[Result]-}" pid "${service[MainPID]-}" status "${service[ExecMainStatus]-}" \
        started "${service[ExecMainStartTimestampMonotonic]-}" stale "${service[NeedDaemonReload]-}" \
        fragment "${service[FragmentPath]-}" dropins "${service[DropInPaths]-}" pod "$REPLY"
}

observe_operation() { # the operation that holds the lock now; two that look must not take each other for one
    local holder
    if (flock -sn 9) 9>>"$ops/lock"; then return 0; fi
    IFS= read -r holder <"$ops/lock" || return 0
    printf '%s\n' "$holder"
}

settle_record() { # under the lock
    [[ ${rec[state]-} == restored ]] || return 0
    flock -n 9 || return 0
    # What was read before the lock may be old by now.
    record_read
    [[ ${rec[state]-} == restored ]] || return 0
    rec[state]=rolled-back
    record_write || rec[state]=restored
}

observe_record() {
    local -a fields=()
    local key
    record_read || return 0
    settle_record 9>>"$ops/lock"
    for key in "${!rec[@]}"; do
        fields+=("$key" "${rec[$key]}")
    done
    emit record "${fields[@]}"
    baseline_of
    [[ ! -f $baseline/meta ]] || cat "$baseline/meta" </dev/null
}

observe() { # [SOURCE]...: volumes' sources to look at
    local source kind place
    observe_os
    observe_file unit "$unit"
    observe_file wrapper "$wrapper"
    hash_of "$root/usr/lib/coreos/kubelet-wrapper"
    emit file name host-wrapper hash "$REPLY" text ''
    links_now
    emit links paths "$REPLY"
    observe_service
    mkdir -p "$ops"
    observe_operation
    observe_record
    for source; do
        kind=absent
        [[ ! -e $root$source ]] || kind='file'
        [[ ! -d $root$source ]] || kind=folder
        emit source path "$source" kind "$kind"
    done
    for place in /etc /var/lib; do
        emit space path "$place" bytes "$(df -B1 --output=avail "$root$place" </dev/null 2>/dev/null | tail -n 1)" \
            inodes "$(df --output=iavail "$root$place" </dev/null 2>/dev/null | tail -n 1)"
    done
    emit reserve state "$([[ -f $ballast ]] && printf kept)"
    emit end
}
