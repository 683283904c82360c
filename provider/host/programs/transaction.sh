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
    forget_files "$here"
    # A lock file that names nobody cannot be read as an operation that runs.
    [[ -z $locked ]] || : >"$ops/lock"
    exit 0
}

forget_files() { # FOLDER of an operation: what it was given to work with, secrets among it
    rm -rf "$1"/{unit,wrapper,plan,fetch}
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
    flock -w 1 9 || end busy 'another operation holds the lock'
    locked=1
    out=3
    { emit lock op "$operation" owner "${plan[to_owner]-}" digest "${plan[digest]-}" started "$started"; } 3>"$ops/lock"
    out=1
}

# Of operations long past: who comes back for one looks anew. A minute is what a young one has to be started and read; who
# claimed one before that either held the lock by now or has given up.
forget_folders() {
    local folder count=0
    while IFS= read -r folder; do
        folder=${folder#* }
        count=$((count + 1))
        if ((count > 10)) || [[ ${folder##*/} == stage.* ]]; then
            rm -rf "$folder"
        elif [[ -d $folder/claim && $folder != "$here" ]]; then
            forget_files "$folder"
        fi
    done < <(find "$ops" -mindepth 1 -maxdepth 1 -type d -mmin +1 -printf '%T@ %p\n' </dev/null | sort -rn)
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

# --- the way forward

restart_kubelet() {
    step restart
    now
    stopped=$REPLY
    run_kubelet restart || roll_back 'systemctl restart was refused'
    # What was there before us is given back as it was, healthy or not.
    watch "${plan[tag]-}" || [[ ${plan[mode]} == delete ]] || roll_back "$REPLY"
}

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

# --- the way back

start_old() { # -> REPLY: what became of it
    ((plan[min_ready] <= 300)) || plan[min_ready]=300
    plan[health_port]=${rec[was_port]-${plan[health_port]}}
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

# Puts the old files back and the old kubelet as it was.
roll_back() { # WHY
    local why=$1 line state=stopped
    journal_line
    line=$REPLY
    step roll-back reason "$why"
    show service kubelet.service
    # One that runs since before us is not stopped for a change that it never saw, unless a restart is queued already.
    if [[ ${service[ActiveState]} == active && ${service[Job]} == 0 &&
        ${service[ExecMainStartTimestampMonotonic]} == "${rec[was_start]-}" ]]; then
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
    forget_files "$ops/${rec[op]}"
    fallocate -l "${plan[ballast]-33554432}" "$ballast" 2>/dev/null || rm -f "$ballast"
    end rolled-back "$why" journal "$line" old "$state"
}

# --- after a delete

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

# --- what systemd calls

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
    local before=0
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
    end committed ''
}

# ExecStopPost: after every end of the transaction. Only one that was cut leaves something to do.
restore() { # OPERATION
    begin_here "$1"
    local before=0
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
