#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Places real SIP calls through a real SIP proxy (Kamailio), which reports them
# to a web hook over HTTP and asks it, when told to, what to do with each call.
#
#   run-calls.sh EVENT_URL CALLS [options]
#
# Everything stays on the loopback interface, stops by itself within the time
# limit, and leaves no process behind. See README.md.
set -u -o pipefail

usage() {
    cat <<'U'
usage: run-calls.sh EVENT_URL CALLS [options]
  --decide URL        ask this URL what to do with each call, when it comes in
  --rate N            new calls a second, all kinds together (default 10)
  --mix A:C:B:N       shares of calls that are answered, cancelled by the
                      caller, busy, not answered (default 70:15:10:5)
  --callers FILE      numbers to use, one call a line: "number;name" (repeats
                      when there are more calls); default: made-up numbers
  --dial PREFIX       what the dialled number begins with (default +120255501)
  --header 'K: V'     adds a header to each HTTP request (repeatable)
  --hmac KEY          adds X-Signature-SHA256: base64url HMAC of the body
  --http-timeout S    seconds the proxy waits for an HTTP answer (default 2)
  --sip-port P        proxy's port; P+1..P+5 are used too (default 15060)
  --limit S           seconds after which everything is stopped (default 120)
  --logs DIR          keep the logs there
  --no-install        fail rather than install missing Debian packages
  --hold              leave the proxy running until the limit or Ctrl-C
Exit status: 0 all calls ended as planned and every event was taken;
1 some call failed; 2 wrong use or nothing could be started; 3 events were
lost; 4 the time limit was reached.
U
}

die() { echo "run-calls: $*" >&2; exit 2; }

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
decide= rate=10 mix=70:15:10:5 callers= dial=+120255501 headers= hmac=
http_timeout=2 sip_port=15060 limit=120 logs= install=1 hold=0
pos=()
while [ $# -gt 0 ]; do
    case "$1" in
        --decide) decide=${2:?}; shift ;;
        --rate) rate=${2:?}; shift ;;
        --mix) mix=${2:?}; shift ;;
        --callers) callers=${2:?}; shift ;;
        --dial) dial=${2:?}; shift ;;
        --header) headers+="\\r\\n${2:?}"; shift ;;
        --hmac) hmac=${2:?}; shift ;;
        --http-timeout) http_timeout=${2:?}; shift ;;
        --sip-port) sip_port=${2:?}; shift ;;
        --limit) limit=${2:?}; shift ;;
        --logs) logs=${2:?}; shift ;;
        --no-install) install=0 ;;
        --hold) hold=1 ;;
        -h|--help) usage; exit 0 ;;
        -*) usage >&2; exit 2 ;;
        *) pos+=("$1") ;;
    esac
    shift
done
[ ${#pos[@]} -eq 2 ] || { usage >&2; exit 2; }
event_url=${pos[0]} calls=${pos[1]}
for n in "$calls" "$rate" "$http_timeout" "$sip_port" "$limit"; do
    [[ $n =~ ^[1-9][0-9]*$ ]] || die "not a positive whole number: $n"
done
[ "$sip_port" -le 65000 ] || die "port too high: $sip_port"
[[ $mix =~ ^[0-9]+:[0-9]+:[0-9]+:[0-9]+$ ]] || die "--mix wants four whole numbers, a:c:b:n"
for u in "$event_url" ${decide:+"$decide"}; do
    [[ $u =~ ^https?://(127\.[0-9]+\.[0-9]+\.[0-9]+|localhost|\[::1\])(:[0-9]+)?(/[^\"\\]*)?$ ]] ||
        die "only loopback URLs are allowed: $u"
done
[[ $headers$hmac != *\"* ]] || die "no double quotes in --header and --hmac, please"

# ---- packages -----------------------------------------------------------
mods() { ls -d /usr/lib/*/kamailio/modules 2>/dev/null | head -n 1; }
missing=()
command -v sipp >/dev/null || missing+=(sip-tester)
[ -x /usr/sbin/kamailio ] || missing+=(kamailio)
[ -e "$(mods)/http_client.so" ] || missing+=(kamailio-utils-modules)
[ -e "$(mods)/jansson.so" ] || missing+=(kamailio-extra-modules)
[ -z "$hmac" ] || [ -e "$(mods)/crypto.so" ] || missing+=(kamailio-tls-modules)
if [ ${#missing[@]} -gt 0 ]; then
    [ $install = 1 ] || die "missing Debian packages: ${missing[*]}"
    [ "$(id -u)" = 0 ] || die "missing Debian packages, and not root: ${missing[*]}"
    echo "installing ${missing[*]}"
    # the packages would otherwise start a proxy of their own on port 5060
    blocker=
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        blocker=/usr/sbin/policy-rc.d
        printf '#!/bin/sh\nexit 101\n' >"$blocker" && chmod 755 "$blocker"
    fi
    {
        export DEBIAN_FRONTEND=noninteractive
        apt-get install -y --no-install-recommends "${missing[@]}" ||
            { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; }
    } >/dev/null 2>&1
    ok=$?
    [ -z "$blocker" ] || rm -f "$blocker"
    [ $ok = 0 ] || die "could not install ${missing[*]}"
fi

# ---- set up -------------------------------------------------------------
work=$(mktemp -d) || die "no temporary directory"
[ -z "$logs" ] || mkdir -p "$logs" || die "cannot write to $logs"
pids=()
cleanup() {
    trap - EXIT INT TERM
    local p
    for p in "${pids[@]}"; do kill "$p" 2>/dev/null; done
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        local left=0
        for p in "${pids[@]}"; do kill -0 "$p" 2>/dev/null && left=1; done
        [ $left = 0 ] && break
        sleep 0.1
    done
    for p in "${pids[@]}"; do kill -9 "$p" 2>/dev/null; done
    wait 2>/dev/null
    if [ -n "$logs" ]; then cp -r "$work"/. "$logs"/ 2>/dev/null; rm -f "$logs/ctl"; fi
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
deadline=$((SECONDS + limit))

p_proxy=$sip_port p_answer=$((sip_port + 1)) p_ring=$((sip_port + 2))
p_busy=$((sip_port + 3)) p_caller=$((sip_port + 4)) p_giver=$((sip_port + 5))
bound() { grep -qi "^ *[0-9]*: [0-9A-F]*:$(printf '%04X' "$1") " /proc/net/udp; }
for p in $p_proxy $p_answer $p_ring $p_busy $p_caller $p_giver; do
    bound "$p" && die "UDP port $p is in use; choose others with --sip-port"
done

# all of them die with the limit even if this script is killed outright
bounded() { exec timeout -k 3 "$((limit + 5))" "$@"; }

defs=(-A "SIP_PORT=$p_proxy" -A "EVENT_URL=\"$event_url\"" -A "HTTP_TIMEOUT=$http_timeout"
      -A "UAS_ANSWER=\"127.0.0.1:$p_answer\"" -A "UAS_RING=\"127.0.0.1:$p_ring\""
      -A "UAS_BUSY=\"127.0.0.1:$p_busy\"" -A WITH_RPC=1 -A "RPC_SOCKET=\"unix:$work/ctl\"")
[ -z "$decide" ] || defs+=(-A WITH_DECIDE=1 -A "DECIDE_URL=\"$decide\"")
[ -z "$headers" ] || defs+=(-A "HTTP_HEADERS=\"$headers\"")
[ -z "$hmac" ] || defs+=(-A WITH_HMAC=1 -A "HMAC_KEY=\"$hmac\"")

bounded /usr/sbin/kamailio -f "$here/kamailio.cfg" -DD -E -m 128 -M 16 -w "$work" \
    -Y "$work" -P "$work/pid" "${defs[@]}" >"$work/kamailio.log" 2>&1 &
pids+=($!)
callee() { # scenario port media-port
    bounded sipp -sf "$here/$1.xml" -i 127.0.0.1 -p "$2" -mi 127.0.0.1 -mp "$3" \
        -nostdin -skip_rlimit -trace_err -error_file "$work/$1.err" >"$work/$1.out" 2>&1 &
    pids+=($!)
}
callee callee-answers $p_answer $((sip_port + 100))
callee callee-rings $p_ring $((sip_port + 110))
callee callee-busy $p_busy $((sip_port + 120))
for p in $p_proxy $p_answer $p_ring $p_busy; do
    for _ in $(seq 100); do bound "$p" && break; sleep 0.1; done
    bound "$p" || { tail -n 5 "$work/kamailio.log" >&2; die "nothing came up on UDP port $p"; }
done
rpc() { kamcmd -s "unix:$work/ctl" "$@" 2>/dev/null; }
for _ in $(seq 50); do rpc core.version >/dev/null && break; sleep 0.1; done

# ---- calls --------------------------------------------------------------
IFS=: read -r m_a m_c m_b m_n <<<"$mix"
total=$((m_a + m_c + m_b + m_n))
[ $total -gt 0 ] || die "--mix is all zeros"
n_c=$((calls * m_c / total)) n_b=$((calls * m_b / total)) n_n=$((calls * m_n / total))
n_a=$((calls - n_c - n_b - n_n))
# with no share for answered calls, what rounding left over goes to the others
if [ "$m_a" = 0 ]; then
    if [ "$m_c" -gt 0 ]; then n_c=$((n_c + n_a))
    elif [ "$m_b" -gt 0 ]; then n_b=$((n_b + n_a))
    else n_n=$((n_n + n_a)); fi
    n_a=0
fi

# Made-up numbers, out of ranges that are kept free for fiction.
numbers() {
    if [ -n "$callers" ]; then
        awk -v n="$1" -v skip="$2" 'NF { line[k++] = $0 } END { for (i = skip; k && i < skip + n; i++) print line[i % k] }' "$callers"
        return
    fi
    awk -v n="$1" -v skip="$2" 'BEGIN {
        split("Ann Example|Bob Test|Zoë Müller|Test Ltd.||O'"'"'Brien|岡田 花子|Mario D’Esempio", name, "|")
        for (i = skip; i < skip + n; i++) {
            who = name[i % 8 + 1]
            if (i % 20 == 19) { printf "anonymous;Anonymous\n"; continue }
            if (i % 4 == 0) num = sprintf("+120255501%02d", i % 100)
            else if (i % 4 == 1) num = sprintf("+441632960%03d", i % 1000)
            else if (i % 4 == 2) num = sprintf("+493023125%03d", i % 1000)
            else num = sprintf("+3319900%04d", i % 10000)
            printf "%s;%s\n", num, who
        }
    }'
}
csv() { # file count skip ending...
    local f=$1 n=$2 skip=$3; shift 3
    { echo SEQUENTIAL
      numbers "$n" "$skip" | awk -F';' -v d="$dial" -v e="$*" 'BEGIN { k = split(e, end, " ") }
          { printf "%s;%s;%s%s;\n", $1, $2, d, end[(NR - 1) % k + 1] }'
    } >"$f"
}
# callers who wait: answered, busy and not answered, mixed as they come
endings=$(awk -v a=$n_a -v b=$n_b -v n=$n_n 'BEGIN {
    want[1] = a; want[2] = n; want[3] = b; t = a + b + n
    for (i = 1; i <= t; i++) {   # the kind that lags most behind its share
        k = 1
        for (j = 2; j <= 3; j++)
            if (want[j] * i / t - got[j] > want[k] * i / t - got[k]) k = j
        got[k]++
        printf "0%d ", k
    } }')
n_w=$((n_a + n_b + n_n))
csv "$work/caller.csv" $n_w 0 $endings
csv "$work/giver.csv" $n_c $n_w 02

started=$(date +%s%N)
place() { # scenario csv count rate port media-port
    local left=$((deadline - SECONDS))
    [ $left -gt 0 ] || return
    bounded sipp 127.0.0.1:$p_proxy -sf "$here/$1.xml" -inf "$work/$2.csv" -m "$3" -r "$4" -rp 1000 \
        -l 20000 -i 127.0.0.1 -p "$5" -mi 127.0.0.1 -mp "$6" -nostdin -skip_rlimit \
        -recv_timeout 15000 -timeout "${left}s" -trace_stat -stf "$work/$2.stat" -fd 1 \
        -trace_err -error_file "$work/$2.err" >"$work/$2.out" 2>&1 &
    pids+=($!) placed+=($!)
}
placed=()
r_c=$((rate * n_c / calls)); [ $r_c -gt 0 ] || r_c=1
r_w=$((rate - r_c)); [ $r_w -gt 0 ] || r_w=1
[ $n_w = 0 ] || place caller caller $n_w $r_w $p_caller $((sip_port + 130))
[ $n_c = 0 ] || place caller-gives-up giver $n_c $r_c $p_giver $((sip_port + 140))
late=0
for p in "${placed[@]}"; do
    while kill -0 "$p" 2>/dev/null; do
        [ $SECONDS -lt $deadline ] || { late=1; kill "$p" 2>/dev/null; break; }
        sleep 0.1
    done
    wait "$p"
done
ended=$(date +%s%N)

# ---- let the proxy deliver what is left of its events -------------------
waiting() {
    local q s=0 v
    for q in ev0 ev1 again; do
        v=$(rpc mqueue.get_size $q | awk '/size/ { print $NF }')
        s=$((s + ${v:-0}))
    done
    echo $s
}
while [ "$(waiting)" -gt 0 ]; do
    [ $SECONDS -lt $deadline ] || { late=1; break; }
    sleep 0.2
done
# those taken off a queue may still be on their way
calm=0 before=
while [ $calm -lt 3 ] && [ $SECONDS -lt $deadline ]; do
    now="$(rpc cnt.grp_get_all script | tr -dc 0-9) $(waiting)"
    if [ "$now" = "$before" ]; then calm=$((calm + 1)); else calm=0; fi
    before=$now
    sleep 0.4
done

# ---- say what happened --------------------------------------------------
stat() { # csv column
    awk -F';' -v want="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == want) c = i; next }
        { v = $c } END { print v + 0 }' "$work/$1.stat" 2>/dev/null || echo 0
}
good=$(($(stat caller 'SuccessfulCall(C)') + $(stat giver 'SuccessfulCall(C)')))
bad=$((calls - good))
count() { rpc cnt.get script "$1" | tr -dc 0-9; }
lost=$(grep -c 'event lost' "$work/kamailio.log")
open=$(grep -c 'call let through' "$work/kamailio.log")
echo "calls: $calls planned ($n_a answered, $n_c cancelled, $n_b busy, $n_n not answered), $good ended properly, $bad did not"
awk -v n="$calls" -v a="$started" -v b="$ended" 'BEGIN { s = (b - a) / 1e9; printf "time: %.1f s, %.1f calls/s\n", s, n / s }'
echo "http: $(count http_2xx) answers 2xx, $(count http_other) other answers, $(count http_none) without answer;" \
    "$lost events lost, $open calls let through undecided"
if [ -n "$decide" ]; then
    echo "decided: $(count act_accept) accept, $(count act_reject) reject, $(count act_redirect) redirect," \
        "$(count act_forward) forward, $(count act_other) other"
    sed -n 's/.*decide took \([0-9]*\) us.*/\1/p' "$work/kamailio.log" | sort -n | awk '
        { v[NR] = $1 / 1000 } END { if (NR) printf "decide answered in: %.1f ms median, %.1f ms 99th percentile, %.1f ms longest\n",
            v[int((NR + 1) / 2)], v[int(NR * 0.99 + 0.999)], v[NR] }'
fi
if [ $hold = 1 ]; then
    echo "holding the proxy on 127.0.0.1:$p_proxy until the limit"
    while [ $SECONDS -lt $deadline ]; do sleep 1; done
fi
[ $late = 0 ] || exit 4
[ "$bad" = 0 ] || { tail -n 3 "$work"/*.err >&2 2>/dev/null; exit 1; }
[ "$lost" = 0 ] || exit 3
exit 0
