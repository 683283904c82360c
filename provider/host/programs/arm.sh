# shellcheck shell=bash
# The way back is laid before the way forward: until the record says armed, nothing that is in use was touched.

make_folder() { # with those above it, for everybody to read; one that is there stays as it is
    [[ -d $1 ]] || (umask 022 && mkdir -p "$1")
}

lay_ready() { # TARGET ACTION NEW-FILE MODE -> REPLY: what undoes it
    local dir=${1%/*} name=${1##*/}
    local new=$dir/.pck-new-${name%.service} was=$dir/.pck-undo-${name%.service}
    REPLY=kept
    [[ $2 != keep ]] || return 0
    rm -f "$new" "$was"
    if [[ -f $1 ]]; then
        ln "$1" "$was" || return 1
        REPLY='file'
    else
        REPLY=absent
    fi
    [[ $2 == write ]] || return 0
    make_folder "$dir" || return 1
    dd if="$3" of="$new" conv=fsync status=none </dev/null || return 1
    # The baseline was kept with its mode: what was for root alone must be so again.
    if [[ ${plan[mode]} == delete ]]; then chmod --reference="$3" "$new"; else chmod "$4" "$new"; fi
}

lay_links() {
    local link dir
    rec[made]=
    for link in ${plan[links_add]-}; do
        dir=$units/${link%/*}
        if [[ ! -d $dir ]]; then
            make_folder "$dir" || return 1
            rec[made]+="$dir "
        fi
        rm -f "$dir/.pck-new-kubelet"
        if [[ ${plan[mode]} == delete && -L $baseline/links/${link/\//:} ]]; then
            cp -P "$baseline/links/${link/\//:}" "$dir/.pck-new-kubelet" || return 1
        else
            ln -s /etc/systemd/system/kubelet.service "$dir/.pck-new-kubelet" || return 1
        fi
    done
}

# What was there before the first create, byte for byte. It becomes the baseline with the commit: until then the one of
# whoever owned the kubelet before is the one that counts.
take_baseline() {
    local new=$store/baseline.$operation link
    [[ ${plan[take_baseline]-} == 1 ]] || return 0
    rm -rf "$new"
    mkdir -p "$new/links" || return 1
    [[ ! -f $unit ]] || cp -p "$unit" "$new/unit" || return 1
    [[ ! -f $wrapper ]] || cp -p "$wrapper" "$new/wrapper" || return 1
    for link in ${plan[expect_links]}; do
        cp -P "$units/$link" "$new/links/${link/\//:}" || return 1
    done
    { emit baseline unit "${plan[expect_unit]}" wrapper "${plan[expect_wrapper]}" links "${plan[expect_links]}" \
        active "${rec[was_active]}"; } 1>"$new/meta" || return 1
    plan[to_baseline]=${new##*/}
    sync
}

forget_baselines() { # all that the record does not name
    local folder
    baseline_of
    for folder in "$store"/baseline.*; do
        [[ $folder == "$baseline" ]] || rm -rf "$folder"
    done
}

install_recovery() {
    local program=$store/recovery
    if ! cmp -s "$here/program" "$program" </dev/null; then
        dd if="$here/program" of="$program.new" conv=fsync status=none </dev/null || return 1
        mv -fT "$program.new" "$program" || return 1
    fi
    [[ ! -f $recovery || ! -L $recovery_link ]] || return 0
    make_folder "${recovery_link%/*}" || return 1
    printf '%s\n' '[Unit]' 'Description=pulumi-coreos-kubelet: undo a change of the kubelet that was cut by a reboot' \
        'DefaultDependencies=no' 'RequiresMountsFor=/etc /opt /var/lib' 'After=local-fs.target' \
        'Before=kubelet.service basic.target' '[Service]' 'Type=oneshot' \
        "ExecStart=/bin/bash $program recover" >"$recovery.new" || return 1
    chmod 644 "$recovery.new" && sync "$recovery.new" && mv -fT "$recovery.new" "$recovery" || return 1
    ln -sfT "$recovery" "$recovery_link" && sync "${recovery_link%/*}" "$units"
}

reserve_room() { # rkt needs room for its stage1 at each start, the rollback's included
    local free
    if [[ ! -f $ballast ]]; then
        if ! fallocate -l "${plan[ballast]}" "$ballast.new" 2>/dev/null; then
            rm -f "$ballast.new"
            return 1
        fi
        mv -fT "$ballast.new" "$ballast" || return 1
    fi
    free=$(df -B1 --output=avail "$store" </dev/null | tail -n 1)
    ((free >= plan[ballast]))
}

refuse() { # WHY [KEY VALUE]...: before the record says armed, nothing but what lies ready is to be taken away
    local folder
    tidy
    for folder in ${rec[made]-}; do
        rmdir "$folder" 2>/dev/null
    done
    record_read || rec=()
    forget_baselines
    if [[ -z ${rec[instance]-} ]]; then
        forget_recovery
        forget_store
    fi
    end refused "$@"
}

arm() {
    local key from=$here
    baseline_of
    [[ ${plan[mode]} != delete ]] || from=$baseline
    step arm
    # One that ends again and again is any state but these two for much of its time.
    rec[was_active]=1
    case ${service[ActiveState]} in
        unknown) end refused 'systemd does not say how kubelet.service is' ;;
        inactive | failed) [[ ${service[Job]} != 0 ]] || rec[was_active]=0 ;;
    esac
    rec[was_port]=${plan[was_port]-${plan[health_port]}}
    rec[was_healthy]=0
    ! healthy_at "${rec[was_port]}" || rec[was_healthy]=1
    pod_of "${service[MainPID]}"
    REPLY=${REPLY#* }
    rec[was_tag]=${REPLY%% *}
    rec[was_start]=${service[ExecMainStartTimestampMonotonic]}
    record_prepare || end refused 'no room for the record under /var/lib'
    reserve_room || refuse 'too little free space under /var/lib: rkt could not start a pod, and the old kubelet could not be put back' error space
    { take_baseline && install_recovery; } || refuse 'the baseline could not be kept under /var/lib'
    for key in "${!plan[@]}"; do
        [[ $key != to_* ]] || rec["$key"]=${plan["$key"]}
    done
    lay_ready "$unit" "${plan[unit]}" "$from/unit" 644 || refuse 'the new unit could not be written beside the old one'
    rec[undo_unit]=$REPLY
    lay_ready "$wrapper" "${plan[wrapper]}" "$from/wrapper" 755 || refuse 'the new wrapper could not be written beside the old one'
    rec[undo_wrapper]=$REPLY
    lay_links || refuse 'the enablement links could not be prepared'
    rec[links_add]=${plan[links_add]-}
    rec[links_remove]=${plan[links_remove]-}
    rec[op]=$operation
    rec[reason]=
    rec[old]=
    # The way back must be on the disk before the record speaks of it, whatever file system each lies on.
    sync "$units"
    [[ ! -d ${wrapper%/*} ]] || sync "${wrapper%/*}"
    rec[state]=armed
    record_write || refuse 'the record could not be written'
}
