#!/usr/bin/env bash
# A Flink session cluster of separate processes on this machine, for --runner flink: 127.0.0.1 only, no containers, no ssh.
#   cluster.sh fetch   HOME          downloads Flink (233 MB) and unpacks it into HOME (147 MB); does nothing where it is
#   cluster.sh start   HOME RUN [N]  a JobManager and N TaskManagers (2) with one slot each; logs, pids and settings under RUN; returns when all slots are there
#   cluster.sh stop    RUN           ends the processes that were started for RUN, and no others
#   cluster.sh add-tm  HOME RUN      one more TaskManager
#   cluster.sh tm-pids RUN           the TaskManagers that live
#   cluster.sh url     RUN           host:port of the cluster: export FLOWPP_FLINK_MASTER=$(infra/flink/cluster.sh url RUN)
# Environment: REST_PORT (18081), RPC_PORT (16123)
#              TM_SLOTS (1)            slots of a TaskManager
#              TM_MEM (1600m), JM_MEM (900m)   what Flink plans with for a process; tensors come on top
#              FLOWPP_FLINK_CLASSPATH  jars, ':' between, among which DJL is looked for (the launcher's build where it is unset)
#              JAVA_HOME               a JDK 17 or newer, as for ./flowpp
# What a TaskManager needs of us is on its class path and command line: DJL with libtorch, because the native library can be loaded once in a
# process and each job has a class loader of its own; and the JVM's vector module, because results differ in the last bits without it.
# Linux, bash, tar, Python 3 with its venv module.
set -euo pipefail

version=1.19.3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() { # CODE MESSAGE
  echo "cluster.sh: $2" >&2
  exit "$1"
}

absolute() { mkdir -p "$1" && (cd "$1" && pwd -P); }

# ---- the distribution

# The libraries and the scripts are in two archives of the Python package index; nothing of them is installed.
fetch() { # HOME
  local home to libraries
  home=$(absolute "$1")
  [ ! -f "$home/.complete-$version" ] || return 0
  to=$home/.download
  rm -rf "$to" && mkdir "$to"
  python3 -m venv "$to/python" || fail 2 "Python 3 with its venv module is needed (Debian, Ubuntu: apt install python3-venv)"
  echo "cluster.sh: fetching Flink $version, 233 MB" >&2
  "$to/python/bin/pip" download -q --disable-pip-version-check --no-deps --no-binary :all: -d "$to" "apache-flink-libraries==$version" &&
    "$to/python/bin/pip" download -q --disable-pip-version-check --no-deps --only-binary :all: --platform manylinux2014_x86_64 --python-version 3.11 -d "$to" "apache-flink==$version" ||
    fail 6 "Flink $version could not be fetched"
  (cd "$to" && tar xzf apache-flink-libraries-*.tar.gz && python3 -m zipfile -e apache_flink-*.whl scripts)
  libraries=$(echo "$to"/apache-flink-libraries-*/deps)
  mkdir -p "$home"/{bin,conf}
  cp -r "$libraries"/lib "$libraries"/plugins "$home/"
  cp "$to"/scripts/pyflink/bin/* "$libraries"/bin/*.jar "$home/bin/"
  cp "$to"/scripts/pyflink/conf/* "$home/conf/"
  rm -f "$home"/lib/flink-table-* "$home"/lib/flink-cep-* # SQL
  chmod +x "$home"/bin/*.sh
  rm -rf "$to"
  touch "$home/.complete-$version"
}

# ---- DJL

djl() { # prints the jars of DJL and of what it needs, one a line
  local path=${FLOWPP_FLINK_CLASSPATH:-} built=$here/../../target/launcher/${FLOWPP_NATIVE:-cpu}-flink/jars jar found=
  if [ -z "$path" ]; then
    FLOWPP_ENGINE=flink "$here/../../flowpp" --version >/dev/null
    IFS= read -r path <"$built"
  fi
  local IFS=:
  for jar in $path; do
    case ${jar##*/} in
      pytorch-engine-* | pytorch-jni-* | pytorch-native-* | gson-* | jna-[0-9]*) printf '%s\n' "$jar" ;;
      api-*) case $jar in */ai/djl/*) found=1 && printf '%s\n' "$jar" ;; esac ;;
    esac
  done
  [ -n "$found" ]
}

# ---- processes

enter() { # RUN: sets run, and what Flink's scripts read
  run=$(absolute "$1")
  export FLINK_CONF_DIR=$run/conf FLINK_LOG_DIR=$run/log FLINK_PID_DIR=$run/pids FLINK_LIB_DIR=$run/lib FLINK_IDENT_STRING=flowpp
  # As the launcher sets them.
  export DJL_OFFLINE=true OPT_OUT_TRACKING=true
  [ "${FLOWPP_TF32:-0}" = 1 ] || export NVIDIA_TF32_OVERRIDE=0
  [ -n "${GLIBC_TUNABLES:-}" ] || export GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=8589934592:glibc.malloc.top_pad=268435456
}

pids() { # KIND: those of this RUN that live; a pid that another program has got since is none of ours
  local file pid
  for file in "$run"/pids/flink-flowpp-$1.pid; do
    [ -f "$file" ] || continue
    while read -r pid; do
      if { tr '\0' '\n' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF "$run/log/"; then echo "$pid"; fi
    done <"$file"
  done
}

slots() {
  python3 - "$(cat "$run/url")" 2>/dev/null <<'P' || echo 0
import json, sys, urllib.request
print(json.load(urllib.request.build_opener(urllib.request.ProxyHandler({})).open("http://" + sys.argv[1] + "/overview", timeout=5))["slots-total"])
P
}

configure() { # HOME
  mkdir -p "$run"/{conf,log,pids,tmp,lib}
  cp "$1"/conf/log4j*.properties "$FLINK_CONF_DIR/"
  echo 127.0.0.1 >"$FLINK_CONF_DIR/masters"
  : >"$FLINK_CONF_DIR/workers"
  cat >"$FLINK_CONF_DIR/config.yaml" <<Y
env.java.opts.all: $(sed -n 's/^ *all: *//p' "$1/conf/config.yaml")
env.java.opts.taskmanager: --add-modules=jdk.incubator.vector
jobmanager.rpc.address: 127.0.0.1
jobmanager.rpc.port: ${RPC_PORT:-16123}
jobmanager.bind-host: 127.0.0.1
jobmanager.memory.process.size: ${JM_MEM:-900m}
rest.address: 127.0.0.1
rest.bind-address: 127.0.0.1
rest.port: ${REST_PORT:-18081}
web.submit.enable: false
taskmanager.host: 127.0.0.1
taskmanager.bind-host: 127.0.0.1
taskmanager.numberOfTaskSlots: ${TM_SLOTS:-1}
taskmanager.memory.process.size: ${TM_MEM:-1600m}
taskmanager.memory.jvm-metaspace.size: 384m
taskmanager.memory.managed.size: 128m
taskmanager.memory.network.min: 32m
taskmanager.memory.network.max: 64m
restart-strategy.type: failure-rate
restart-strategy.failure-rate.max-failures-per-interval: 10
restart-strategy.failure-rate.failure-rate-interval: 10 min
restart-strategy.failure-rate.delay: 1 s
heartbeat.interval: 1000
heartbeat.timeout: 10000
task.cancellation.timeout: 60000
io.tmp.dirs: $run/tmp
Y
  echo "127.0.0.1:${REST_PORT:-18081}" >"$run/url"
}

start() { # HOME RUN [N]
  local home jars jar wanted i
  home=$(absolute "$1")
  [ -f "$home/.complete-$version" ] || fail 2 "no Flink $version in $1; run: $0 fetch $1"
  enter "$2"
  [ -z "$(pids '*')" ] || fail 2 "a cluster runs in $run; run: $0 stop $2"
  jars=$(djl) || fail 1 "no jars of DJL on the class path"
  rm -rf "$run"/{lib,pids}
  configure "$home"
  ln -s "$home"/lib/*.jar "$run/lib/"
  while IFS= read -r jar; do ln -s "$jar" "$run/lib/"; done <<<"$jars"
  "$home/bin/jobmanager.sh" start >"$run/log/start.txt" 2>&1 || fail 1 "the JobManager did not start, see $run/log"
  for ((i = 0; i < ${3:-2}; i++)); do task_manager "$home" & done
  wait
  wanted=$((${3:-2} * ${TM_SLOTS:-1}))
  for ((i = 0; i < 600; i++)); do
    [ "$(slots)" -lt $wanted ] || return 0
    [ -n "$(pids standalonesession)" ] || fail 1 "the JobManager ended, see $run/log"
    sleep 0.5
  done
  fail 1 "only $(slots) of $wanted slots are there, see $run/log"
}

task_manager() { "$1/bin/taskmanager.sh" start >>"$run/log/start.txt" 2>&1; } # HOME

stop() { # RUN
  local pid
  enter "$1"
  for pid in $(pids '*'); do kill "$pid" 2>/dev/null || :; done
  for _ in {1..40}; do
    [ -n "$(pids '*')" ] || break
    sleep 0.25
  done
  for pid in $(pids '*'); do kill -9 "$pid" 2>/dev/null || :; done
  rm -rf "$run/pids"
}

usage() {
  sed -n '2,8p' "$0" >&2
  exit 2
}

case "${1:-}:$#" in
  fetch:2) fetch "$2" ;;
  start:3 | start:4) shift && start "$@" ;;
  stop:2) stop "$2" ;;
  add-tm:3) enter "$3" && task_manager "$(absolute "$2")" ;;
  tm-pids:2) enter "$2" && pids taskexecutor ;;
  url:2) enter "$2" && cat "$run/url" ;;
  *) usage ;;
esac
