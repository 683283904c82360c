# shellcheck shell=bash
# The one program that changes the host: goes from the snapshot that is to the one that is wanted, or back again.
# It runs as a unit of its own, so that neither our link nor our process can cut it, and always exits 0: its outcome is in
# the record first and in its log then.

declare -A plan=()
declare -A timing=([fetch]=0 [down]=0)
locked='' # whether this process holds the lock

end() { # RESULT REASON [KEY VALUE]...: the last line of the log
    local result=$1 reason=$2
    shift 2
    now
    emit outcome result "$result" reason "$reason" fetch "${timing[fetch]}" down "${timing[down]}" \
        total $((REPLY - started)) "$@"
    rm -rf "$here"/{unit,wrapper,plan,fetch}
    # A lock file that names nobody cannot be read as an operation that runs.
    [[ -z $locked ]] || : >"$ops/lock"
    exit 0
}

step() { # NAME [KEY VALUE]...
    emit step name "$@"
}

took() { # NAME SINCE
    now
    timing[$1]=$((REPLY - $2))
}

# --- before anything is touched

take_lock() {
    exec 9>>"$ops/lock"
    # A moment is what an observer takes to look whether somebody is here.
    if ! flock -w 1 9; then
        local line
        local -A holder=()
        IFS= read -r line <"$ops/lock"
        fields_into holder "$line"
        end busy 'another operation holds the lock' holder "${holder[op]-}" owner "${holder[owner]-}"
    fi
    locked=1
    out=3
    { emit lock op "$operation" owner "${plan[to_owner]-}" digest "${plan[digest]-}" started "$started"; } 3>"$ops/lock"
    out=1
}

# Of operations long past: who comes back for one looks anew. A minute is what a young one has to be started and read.
forget_folders() {
    local folder
    while IFS= read -r folder; do
        rm -rf "${folder#* }"
    done < <(find "$ops" -mindepth 1 -maxdepth 1 -type d -mmin +1 -printf '%T@ %p\n' </dev/null | sort -rn | tail -n +11)
}

check_unchanged() { # the plan was made from these; a host that moved on needs a new one
    local what
    for what in unit wrapper; do
        hash_of "${!what}"
        [[ $REPLY == "${plan[expect_$what]}" ]] || end stale "$what is not what it was"
    done
    links_now
    [[ $REPLY == "${plan[expect_links]}" ]] || end stale 'the enablement links are not what they were'
    [[ ${rec[seq]} == "${plan[expect_seq]}" ]] || end stale 'the record is not what it was'
}

has_image() {
    local name
    while IFS= read -r name; do
        [[ $name != "${plan[image]}" ]] || return 0
    done < <(timeout -k 10 60 rkt image list --no-legend --fields=name </dev/null 2>/dev/null 9>&-)
    return 1
}

fetch_image() {
    local since message code free
    [[ -n ${plan[fetch]-} ]] || return 0
    ! has_image || return 0
    free=$(df -B1 --output=avail "$root/var/lib" </dev/null 2>/dev/null | tail -n 1)
    [[ -z $free ]] || ((free >= plan[fetch_room])) ||
        end refused "$((free >> 20)) MiB are free under /var/lib, $((plan[fetch_room] >> 20)) MiB are needed to fetch an image" error space
    step fetch image "${plan[fetch]}"
    now
    since=$REPLY
    # Who reads our log tells what stands last in that file.
    # shellcheck disable=SC2086 # options are words without spaces, made by us
    timeout -k 10 "${plan[fetch_timeout]}" rkt fetch ${plan[fetch_options]-} "${plan[fetch]}" </dev/null >"$here/fetch" 2>&1 9>&-
    code=$?
    took fetch "$since"
    message=$(tail -c 16384 -- "$here/fetch" </dev/null | tr -d '\000')
    rm -f "$here/fetch"
    if ((code == 0)); then
        rec[fetched]+="${rec[fetched]:+ }${plan[image]}"
        # If this operation ends before it is armed, nothing else remembers whose image that is.
        if [[ -n ${rec[state]-} ]]; then
            record_write || end refused 'the record could not be written'
            plan[expect_seq]=${rec[seq]}
        fi
        return 0
    fi
    # 137: killed, by timeout or by somebody else, such as a kernel that is out of memory.
    if ((code == 124 || (code == 137 && timing[fetch] >= plan[fetch_timeout] * 100))); then
        message="fetch: it took longer than ${plan[fetch_timeout]} s"
    elif ((code == 137)) || [[ -z $message ]]; then
        message="fetch: it ended with status $code"
    fi
    # The usage text follows a refused flag, and "using image from" comes before anything: neither tells why.
    message=$(printf '%s' "$message" | grep -m 1 -E '^(Error|fetch|run|stage0): ' || printf '%s' "${message##*$'\n'}")
    end refused "rkt ${message:0:300}" error fetch
}

# --- the way back is laid before the way forward

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
    rec[was_healthy]=0
    ! healthy_now || rec[was_healthy]=1
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
    rec[digest]=${plan[digest]-}
    rec[reason]=
    rec[old]=
    # The way back must be on the disk before the record speaks of it, whatever file system each lies on.
    sync "$units"
    [[ ! -d ${wrapper%/*} ]] || sync "${wrapper%/*}"
    rec[state]=armed
    record_write || refuse 'the record could not be written'
}

# What somebody put in our target's place since the way back was laid is neither to be overwritten nor to be taken away.
still_there() { # TARGET WHAT
    local was=${1%/*}/.pck-undo-${1##*/}
    case $2 in
        file) [[ $1 -ef ${was%.service} && ! -L $1 ]] ;;
        absent) [[ ! -e $1 && ! -L $1 ]] ;;
        *) true ;;
    esac
}

swap_one() { # TARGET ACTION
    local new=${1%/*}/.pck-new-${1##*/}
    case $2 in
        write) mv -fT "${new%.service}" "$1" ;;
        remove) rm -f "$1" ;;
        *) true ;;
    esac
}

swap_wrapper() {
    step swap-wrapper
    still_there "$wrapper" "${rec[undo_wrapper]}" || {
        rec[undo_wrapper]=kept
        return 1
    }
    swap_one "$wrapper" "${plan[wrapper]}"
}

# A new wrapper first, one that goes last: at no moment does a unit name a wrapper that is not there.
swap() {
    local link dir
    [[ ${plan[wrapper]} == remove ]] || swap_wrapper || return 1
    step swap-unit
    still_there "$unit" "${rec[undo_unit]}" || {
        rec[undo_unit]=kept
        return 1
    }
    swap_one "$unit" "${plan[unit]}" || return 1
    [[ ${plan[wrapper]} != remove ]] || swap_wrapper || return 1
    for link in ${plan[links_add]-}; do
        dir=$units/${link%/*}
        mv -fT "$dir/.pck-new-kubelet" "$units/$link" || return 1
    done
    for link in ${plan[links_remove]-}; do
        dir=$units/${link%/*}
        mv -fT "$units/$link" "$dir/.pck-undo-kubelet" || return 1
    done
    for link in ${plan[links_add]-} ${plan[links_remove]-}; do
        sync "$units/${link%/*}"
    done
    sync "$units"
    [[ ! -d ${wrapper%/*} ]] || sync "${wrapper%/*}"
}

# --- systemd

# A client may have given up on a reload that was done all the same.
read_units() {
    systemctl daemon-reload </dev/null && return 0
    show service kubelet.service
    [[ ${service[NeedDaemonReload]-} == no ]]
}

# Before systemd 234 a reload makes a unit forget its place among its ExecStartPre lines: one that is being started is
# stopped first.
reload() {
    step reload
    show service kubelet.service
    if [[ ${service[ActiveState]} == activating ]]; then
        systemctl stop kubelet.service </dev/null
        # What was on its way up must come up.
        [[ ${plan[process]-} != keep ]] || plan[process]=restart
    fi
    read_units
}

run_kubelet() { # VERB
    show service kubelet.service
    before=${service[ExecMainStartTimestampMonotonic]}
    case $1 in
        stop)
            systemctl stop kubelet.service </dev/null
            systemctl reset-failed kubelet.service </dev/null 2>/dev/null
            ;;
        start | restart)
            systemctl reset-failed kubelet.service </dev/null 2>/dev/null
            systemctl "$1" --no-block kubelet.service </dev/null || return 1
            ;;
    esac
}

healthy_now() {
    show service kubelet.service
    [[ ${service[ActiveState]} == active ]] && healthz "${plan[health_port]}"
}

journal_line() { # -> REPLY: the newest line that the kubelet itself said
    local line
    REPLY=
    while IFS= read -r line; do
        [[ $line == *'kubelet.service'* || $line == 'stop: '* || $line =~ ^St(art|opp)(ing|ed)\  || -z $line ]] || REPLY=${line:0:300}
    done < <(timeout 10 journalctl -u kubelet.service -n 20 --no-pager -o cat </dev/null 2>/dev/null | cut -b 1-1000)
}

# Healthy: started since we asked, ready without a break for min_ready, and the pod is of the wanted image. A start is told
# by its time, which systemd keeps past the end of the process: a kubelet that ends at once is hardly ever seen alive.
watch() { # WANTED TAG (empty: any) -> REPLY: why not
    local since at start pid tag ready=0 seen='' ended='' ends=0 status='' heard=''
    now
    since=$REPLY
    while :; do
        show service kubelet.service
        now
        at=$REPLY
        start=${service[ExecMainStartTimestampMonotonic]} pid=${service[MainPID]}
        if [[ $start != 0 && $start != "$before" && $start != "$seen" ]]; then
            [[ -z $seen || $ended == "$seen" ]] || ends=$((ends + 1))
            seen=$start
            ready=0
            # systemd forgets how a process ended when it starts the next one.
            status=
        fi
        if [[ -n $seen && $pid == 0 && $ended != "$seen" ]]; then
            ended=$seen
            ends=$((ends + 1))
            status=", the last time with status ${service[ExecMainStatus]}"
        fi
        # While a job waits, the state is the one of the process before.
        if [[ ${service[ActiveState]} == failed && ${service[Job]} == 0 ]]; then
            REPLY="kubelet.service failed: ${service[Result]}, status ${service[ExecMainStatus]}"
            return 1
        elif [[ ${service[ActiveState]} == inactive && ${service[Job]} == 0 ]] && ((at - since > 100)); then
            REPLY="kubelet.service ended by itself: ${service[Result]}, status ${service[ExecMainStatus]}"
            return 1
        elif ((ends >= 3)); then
            REPLY="the kubelet ended $ends times$status"
            return 1
        fi
        if [[ -z $seen || $pid == 0 || ${service[ActiveState]} != active ]]; then
            ready=0
            heard=''
        elif healthz "${plan[health_port]}"; then
            ((ready > 0)) || ready=$at
        else
            heard=", healthz said: ${REPLY:-nothing}"
            ready=0
        fi
        if ((ready > 0 && at - ready >= plan[min_ready])); then
            pod_of "$pid"
            tag=${REPLY#* }
            tag=${tag%% *}
            if [[ -n $1 && -n $REPLY && $tag != "$1" ]]; then
                REPLY="the pod runs $tag, not $1"
                return 1
            fi
            running=$REPLY
            timing[down]=$((ready - stopped))
            return 0
        fi
        if ((at - since >= plan[progress])); then
            REPLY="not healthy within $((plan[progress] / 100)) s: ${service[ActiveState]} (${service[SubState]})$heard"
            return 1
        fi
        step health waited $((at - since)) state "${service[SubState]}" \
            needs "${plan[min_ready]}" limit "${plan[progress]}"
        sleep "$((at - since < 200 ? 0 : 1)).2"
    done
}

restart_kubelet() {
    step restart
    now
    stopped=$REPLY
    run_kubelet restart || roll_back 'systemctl restart was refused'
    # What was there before us is given back as it was, healthy or not.
    watch "${plan[tag]-}" || [[ ${plan[mode]} == delete ]] || roll_back "$REPLY"
}

# --- the two ends

commit() {
    local key
    local -A armed=()
    step commit
    for key in "${!rec[@]}"; do
        armed[$key]=${rec[$key]}
        [[ $key != to_* ]] || rec[${key#to_}]=${rec[$key]}
    done
    if [[ -n ${plan[image]-} && ${plan[image]} != "${rec[image]-}" ]]; then
        rec[previous]=${rec[image]-}
        rec[image]=${plan[image]}
    fi
    forget_operation
    rec[state]=committed
    if ! record_write; then
        # The way back is needed whole.
        rec=()
        for key in "${!armed[@]}"; do rec["$key"]=${armed["$key"]}; done
        return 1
    fi
    tidy
    forget_baselines
}

start_old() { # -> REPLY: what became of it
    ((plan[min_ready] <= 300)) || plan[min_ready]=300
    if ! run_kubelet start; then
        REPLY=sick
    elif [[ ${rec[was_healthy]-0} == 0 ]]; then
        REPLY=as-before
    elif watch "${rec[was_tag]-}"; then
        REPLY=healthy
    elif [[ $REPLY == 'the pod runs '* ]]; then
        REPLY=other
    else
        REPLY=sick
    fi
}

remove_images() { # that we fetched and that neither this kubelet nor the one before it needs; whether it works or not
    local image kept=''
    for image in ${rec[fetched]-}; do
        if [[ $image == "${rec[image]-}" || $image == "${rec[previous]-}" ]] ||
            ! timeout 60 rkt image rm "$image" </dev/null >/dev/null 2>&1 9>&-; then
            [[ " $kept " == *" $image "* ]] || kept+="${kept:+ }$image"
        fi
    done
    [[ $kept != "${rec[fetched]-}" ]] || return 0
    rec[fetched]=$kept
    record_write
}

# What systemd has not read it does not start: the old unit must be read, however busy it is.
read_units_again() {
    local tries
    for ((tries = 0; tries < 4; tries++)); do
        ! read_units || return 0
        sleep 1
    done
    return 1
}

# Puts the old files back and the old kubelet as it was.
roll_back() { # WHY
    local why=$1 line state=stopped
    journal_line
    line=$REPLY
    step roll-back reason "$why"
    show service kubelet.service
    # One that runs since before us is not stopped for a change that it never saw.
    if [[ ${service[ActiveState]} == active && ${service[ExecMainStartTimestampMonotonic]} == "${rec[was_start]-}" ]]; then
        state=untouched
    else
        systemctl stop kubelet.service </dev/null
    fi
    if ! { undo_files && read_units_again; }; then
        # Some kubelet is better than none, whatever its files are by now.
        systemctl daemon-reload </dev/null
        [[ ${rec[was_active]-0} != 1 || $state == untouched ]] || run_kubelet start
        end failed "$why" journal "$line" error undo
    fi
    rm -f "$ballast"
    if [[ $state == untouched ]]; then
        line=
    elif [[ ${rec[was_active]-0} != 1 ]]; then
        systemctl reset-failed kubelet.service </dev/null 2>/dev/null
    elif [[ $(systemctl is-system-running </dev/null 2>/dev/null) == stopping ]]; then
        # A host that goes down starts nothing any more, and must not be kept from it.
        state='at-boot'
    else
        start_old
        state=$REPLY
    fi
    forget_operation
    rec[state]=rolled-back
    rec[reason]=${why:0:300}
    rec[old]=$state
    record_write || end failed "$why" journal "$line" error record
    forget_baselines
    fallocate -l "${plan[ballast]-33554432}" "$ballast" 2>/dev/null || rm -f "$ballast"
    end rolled-back "$why" journal "$line" old "$state"
}

forget_recovery() {
    rm -f "$recovery" "$recovery_link"
    rmdir "${recovery_link%/*}" 2>/dev/null
}

forget_store() { # the record last, since one that was cut here is taken up again by it
    rm -rf "$store"/{baseline.*,recovery*,ballast*}
    rm -rf "$store"
}

erase() { # after a delete: nothing of ours stays
    forget_recovery
    plan[process]=keep
    reload
    [[ ${plan[process]} != restart ]] || systemctl start --no-block kubelet.service </dev/null
    forget_store
}

begin_here() { # OPERATION
    operation=$1
    here=$ops/$1
    exec >>"$here/log"
    now
    started=$REPLY
    stopped=$REPLY
    fields_into plan "$(head -c 262144 -- "$here/plan" </dev/null 2>/dev/null)"
    record_read
}

transaction() { # OPERATION
    begin_here "$1"
    mkdir "$here/claim" 2>/dev/null || exit 0
    local before=0 running=''
    local -A service=()
    step lock
    take_lock
    forget_folders
    record_read
    if [[ ${plan[mode]} == recover ]]; then
        [[ ${rec[state]-} == armed ]] || end stale 'there is nothing to undo'
        roll_back 'an operation before this one was cut'
    fi
    check_unchanged
    fetch_image
    [[ ${plan[mode]} != fetch ]] || end committed ''
    # A fetch takes minutes: who changed something meanwhile is not overruled.
    check_unchanged
    show service kubelet.service
    arm
    now
    stopped=$REPLY
    # A unit whose file is gone forgets its ExecStop: it is stopped while systemd still knows it whole.
    [[ ${plan[process]} != stop ]] || run_kubelet stop
    swap || roll_back 'the files could not be put in place'
    [[ ${plan[reload]} != 1 ]] || reload || roll_back 'systemd did not read the new files'
    [[ ${plan[process]} != restart ]] || restart_kubelet
    commit || roll_back 'the record could not be written'
    if [[ ${plan[mode]} == delete ]]; then erase; else remove_images; fi
    end committed '' pod "$running"
}

# ExecStopPost: after every end of the transaction. Only one that was cut leaves something to do.
restore() { # OPERATION
    begin_here "$1"
    local before=0 running=''
    local -A service=()
    [[ $(tail -n 1 "$here/log" </dev/null) != $'PCK1\toutcome\t'* ]] || exit 0
    exec 9>>"$ops/lock"
    flock -w 30 9 || exit 0
    locked=1
    record_read
    # systemd kills what takes longer than TimeoutStopSec.
    ((plan[progress] <= 60000)) || plan[progress]=60000
    if [[ ${rec[state]-} == armed ]]; then
        # A recovery undoes what another operation has begun.
        [[ ${rec[op]-} != "$operation" && ${plan[mode]} != recover ]] || roll_back 'the transaction was ended from outside'
        # The way back that lies ready is another operation's.
        end refused 'the transaction was ended from outside before it touched anything' error interrupted
    fi
    if [[ ${rec[state]-} == committed && ${rec[op]-} == "$operation" ]]; then
        tidy
        [[ ${plan[mode]} != delete ]] || erase
        end committed ''
    fi
    [[ ${rec[state]-} != rolled-back || ${rec[op]-} != "$operation" ]] ||
        end rolled-back "${rec[reason]-}" old "${rec[old]-}"
    [[ ${plan[mode]} != delete || -f $record ]] || end committed ''
    refuse 'the transaction was ended from outside before it touched anything' error interrupted
}
