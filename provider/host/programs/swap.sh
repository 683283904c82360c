# shellcheck shell=bash
# What lies ready takes its place, by renames alone.

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
