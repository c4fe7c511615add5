#!/usr/bin/env bash
# Real hosts for ssh tests on one machine: each is a network namespace with an address, a hostname and
# an OpenSSH server of its own, so that a test sees two machines.
#
#   ssh_hosts.sh start DIR alpha beta    then: ssh -F DIR/config alpha hostname   -> alpha
#   ssh_hosts.sh stop DIR alpha beta     also ends what still runs on them
#   ssh_hosts.sh cut|mend DIR alpha      takes the link down (a lost network), brings it back
#   ssh_hosts.sh pids DIR alpha          the processes that run on the host
#
# Names of namespaces and devices and the addresses are random ones that are free, so that runs can
# go on side by side; DIR/NAME.host says which they are. Needs root, and openssh-server and iproute2 of
# Debian, which are installed when they are missing. Keys, configuration and logs are in DIR; nothing in
# the user's own ~/.ssh is read or written.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
action=${1:?start, stop, cut, mend or pids} dir=${2:?folder for keys and logs}
shift 2

stop() {
    local name=$1 space net
    [ -s "$dir/$name.host" ] || return 0
    read -r space net <"$dir/$name.host"
    ip route del unreachable "$net.0/30" 2>/dev/null || true
    ip netns pids "$space" 2>/dev/null | xargs -r kill -9 2>/dev/null || true
    ip link del "v$space" 2>/dev/null || true
    ip netns del "$space" 2>/dev/null || true
    rm -f "$dir/$name.host"
}

case $action in
    stop) for name in "$@"; do stop "$name"; done; exit ;;
    pids) read -r space _ <"$dir/$1.host"; ip netns pids "$space"; exit ;;
    cut)
        read -r space net <"$dir/$1.host"
        ip link set "v$space" down
        ip route add unreachable "$net.0/30" # not by another way
        exit
        ;;
    mend)
        read -r space net <"$dir/$1.host"
        ip route del unreachable "$net.0/30"
        ip link set "v$space" up
        exit
        ;;
    start) ;;
    *) echo "no such action: $action" >&2; exit 2 ;;
esac

command -v sshd >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -qq -y openssh-server >/dev/null
command -v ssh >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -qq -y openssh-client >/dev/null
command -v ip >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -qq -y iproute2 >/dev/null
mkdir -p "$dir" /run/sshd
cd "$dir"
dir=$PWD
[ -f id ] || ssh-keygen -q -t ed25519 -N '' -f id -C test
[ -f host ] || ssh-keygen -q -t ed25519 -N '' -f host -C test
cp id.pub authorized_keys
chmod 600 authorized_keys
touch config known_hosts

start() {
    local name=$1 space net try
    for try in 1 2 3 4 5 6 7 8 9 10; do
        space="pt$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')"
        net="10.$((100 + RANDOM % 150)).$((RANDOM % 256))"
        ip -4 route show | grep -q "^$net\." && continue
        ip netns add "$space" 2>/dev/null && break
    done
    echo "$space $net" >"$name.host"
    ip link add "v$space" type veth peer name eth0 netns "$space"
    ip addr add "$net.1/30" dev "v$space"
    ip link set "v$space" up
    ip -n "$space" addr add "$net.2/30" dev eth0
    ip -n "$space" link set eth0 up
    ip -n "$space" link set lo up
    cat >"$name.sshd" <<CONF
Port 22
ListenAddress $net.2
HostKey $dir/host
PidFile $dir/$name.pid
AuthorizedKeysFile $dir/authorized_keys
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication ${PASSWORDS:-no}
CONF
    ip netns exec "$space" unshare --uts sh -c \
        "hostname $name; exec $(command -v sshd) -f '$dir/$name.sshd' -E '$dir/$name.log'" </dev/null >/dev/null 2>&1
    cat >>config <<CONF
Host $name
  HostName $net.2
  User root
  IdentityFile $dir/id
  IdentitiesOnly yes
  UserKnownHostsFile $dir/known_hosts
  BatchMode ${BATCH:-yes}
CONF
    echo "$net.2 $(cut -d' ' -f1,2 host.pub)" >>known_hosts
}

for name in "$@"; do
    start "$name" || { stop "$name"; exit 1; }
done
for name in "$@"; do
    for _ in $(seq 50); do
        ssh -F config -o BatchMode=yes "$name" true </dev/null 2>/dev/null && break
        sleep 0.1
    done
    ssh -F config -o BatchMode=yes "$name" hostname </dev/null
done
