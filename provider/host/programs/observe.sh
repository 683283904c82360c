# shellcheck shell=bash
# Tells what stands on this host. `look` changes nothing, `observe` one word in the record: `restored` (at boot) becomes `rolled-back`.

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
    local release machine boot
    text_of "$root/etc/os-release" 2>/dev/null
    release=$REPLY
    machine=$(head -c 64 -- "$root/etc/machine-id" </dev/null 2>/dev/null)
    boot=$(head -c 64 -- "$root/proc/sys/kernel/random/boot_id" </dev/null 2>/dev/null)
    now
    emit os release "$release" machine "$machine" boot "$boot" uptime "$REPLY"
    emit tool name rkt version "$(rkt version </dev/null 2>/dev/null | head -n 1)"
    emit tool name systemd version "$(systemctl --version </dev/null 2>/dev/null | head -n 1)"
}

# What adds to the unit, whoever wrote it; systemd's own list lacks what it has not read yet.
observe_drop_ins() { # -> REPLY: 1 where the process is older than the newest of them, else 0
    local path found=' ' newest=0 up tries
    local places=("$root/run/systemd/system/kubelet.service.d" "$units/kubelet.service.d")
    # One that went with its folder has left its trace a folder higher.
    [[ -d ${places[1]} ]] || places[1]=$units
    for path in "$root"/{etc,run,usr/lib}/systemd/system/kubelet.service.d/*.conf ${service[DropInPaths]-}; do
        path=${path#"$root"}
        [[ (-e $root$path || -L $root$path) && $found != *" $path "* ]] || continue
        found+="$path "
        places+=("$root$path")
        observe_file "$path" "$(readlink -f "$root$path" </dev/null)"
    done
    while IFS= read -r path; do
        ((${path/./} <= newest)) || newest=${path/./}
    done < <(stat -Lc %.2Z "${places[@]}" </dev/null 2>/dev/null)
    # The two clocks are to be read as one, which a busy machine may not grant at once.
    for tries in {1..20}; do
        now
        up=$REPLY
        path=$(date +%s%2N </dev/null)
        now
        ((REPLY - up > 2)) || break
    done
    REPLY=$((newest > path - up + service[ExecMainStartTimestampMonotonic] / 10000))
}

observe_service() {
    local unseen
    local -A service=()
    show service kubelet.service
    observe_drop_ins
    unseen=$REPLY
    pod_of "${service[MainPID]}"
    emit service load "${service[LoadState]-}" active "${service[ActiveState]-}" sub "${service[SubState]-}" \
        result "${service[Result]-}" pid "${service[MainPID]-}" status "${service[ExecMainStatus]-}" \
        started "${service[ExecMainStartTimestampMonotonic]-}" stale "${service[NeedDaemonReload]-}" \
        fragment "${service[FragmentPath]-}" unseen "$unseen" pod "$REPLY"
}

# Whether a boot is due, and what coreos-cloudinit will do to the unit at each. It asks no daemon: update_engine keeps the
# status UPDATE_STATUS_UPDATED_NEED_REBOOT as a file, and its client waits 30 s for an engine that does not run.
# Source: coreos/update_engine update_attempter.cc, update_engine_client.cc; coreos-cloudinit cloud-config-locations.md.
observe_boot() {
    local sign due=''
    for sign in update_engine_autoupdate_completed reboot-required systemd/shutdown/scheduled; do
        [[ ! -e $root/run/$sign ]] || due+="${due:+ }$sign"
    done
    REPLY=$(grep -lsE "^[^#]*(name[\"']?: *[\"']?|/etc/systemd/system/)kubelet\\.service([^.]|$)" \
        "$root"/{media/config{drive,virtfs}/openstack/latest/user_data,usr/share/oem/cloud-config.yml} \
        "$root"/var/lib/{coreos-install/user_data,coreos-vagrant/vagrantfile-user-data,waagent/CustomData} </dev/null)
    emit boot due "$due" cloudinit "${REPLY//"$root"/}"
}

observe_operation() { # the operation that holds the lock now; two that look must not take each other for one
    local holder
    [[ -f $ops/lock ]] || return 0
    if (flock -sn 9) 9<"$ops/lock"; then return 0; fi
    IFS= read -r holder <"$ops/lock" || return 0
    printf '%s\n' "$holder"
}

settle_record() { # under the lock
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
    if [[ ${rec[state]-} == restored && -z ${untouched-} ]]; then
        mkdir -p "$ops"
        settle_record 9>>"$ops/lock"
    fi
    for key in "${!rec[@]}"; do
        fields+=("$key" "${rec[$key]}")
    done
    emit record "${fields[@]}"
    baseline_of
    [[ ! -f $baseline/meta ]] || cat "$baseline/meta" </dev/null
}

look() { # PORT (0: healthz is not asked) [SOURCE]...: how the kubelet is, and all that stands here
    local untouched=1
    healthz "$1"
    emit healthz said "$REPLY"
    shift
    observe "$@"
}

observe() { # [SOURCE]...: volumes' sources to look at
    local source kind
    observe_os
    observe_file unit "$unit"
    observe_file wrapper "$wrapper"
    hash_of "$root/usr/lib/coreos/kubelet-wrapper"
    emit file name host-wrapper hash "$REPLY" text ''
    links_now
    emit links paths "$REPLY"
    observe_service
    observe_boot
    observe_operation
    observe_record
    for source; do
        kind=absent
        [[ ! -e $root$source ]] || kind='file'
        [[ ! -d $root$source ]] || kind=folder
        emit source path "$source" kind "$kind"
    done
    emit space bytes "$(df -B1 --output=avail "$root/var/lib" </dev/null 2>/dev/null | tail -n 1)"
    emit reserve state "$([[ -f $ballast ]] && printf kept)"
    emit end
}
