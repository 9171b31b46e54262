#!/usr/bin/env bash
# Makes the Python environment of the managed MLflow server, once. Safe to run at any time, also twice at the same time: the second waits for the first.
#   prepare.sh WORKSPACE_DIR           makes WORKSPACE_DIR/mlflow/venv-VERSION, whose name it then writes to WORKSPACE_DIR/mlflow/environment; details go to prepare.log there
#   prepare.sh --check WORKSPACE_DIR   makes nothing, and says on stdout which Python it would use
# Each version has a folder of its own, so that a server of another version goes on with its files until it is replaced.
# Does nothing where another server is asked for (MLFLOW_TRACKING_URI) or none (FLOWPP_OFFLINE=1). FLOWPP_PYTHON names the interpreter to use.
# Exit codes: 0 the environment is there; 3 no usable Python; 4 the packages could not be installed. One line on stderr says why.
set -u

uv_version=0.13.9 # installs in a quarter of pip's time; where it cannot be had, pip does the work

check=
[ "${1:-}" = --check ] && { check=1; shift; }
[ $# = 1 ] || { echo "usage: prepare.sh [--check] WORKSPACE_DIR" >&2; exit 2; }
[ -z "${MLFLOW_TRACKING_URI:-}" ] && [ "${FLOWPP_OFFLINE:-}" != 1 ] || exit 0

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
requirements=$here/requirements.txt
mkdir -p "$1/mlflow" 2>/dev/null || { echo "mlflow: $1/mlflow cannot be made; check the permissions of the workspace" >&2; exit 4; }
dir=$(cd "$1/mlflow" && pwd)
log=$dir/prepare.log
version=$(sed -n 's/^mlflow==\([0-9.]*\).*/\1/p' "$requirements")
sum=$(cksum < "$requirements")
wanted="mlflow $version $sum"
name=venv-$version-${sum%% *}
venv=$dir/$name

# The marker is written last: without it the environment is half made. The interpreter is tried too: an upgrade of the system's Python breaks it.
ready() {
  [ "$(cat "$venv/.complete" 2>/dev/null)" = "$wanted" ] && "$venv/bin/python" -c '' 2>/dev/null
}

# From now on this is the environment to use.
announce() {
  [ "$(cat "$dir/environment" 2>/dev/null)" = "$name" ] && return
  echo "$name" > "$dir/environment.$$" && mv "$dir/environment.$$" "$dir/environment"
}

usable() { # INTERPRETER: recent enough, and able to make an environment (uv brings its own way)
  local needs='venv, ensurepip'
  [ -n "$uv" ] && needs='sys'
  "$1" -c "import sys, $needs; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 14))" 2>/dev/null
}

find_python() {
  local candidate
  for candidate in ${FLOWPP_PYTHON:-python3 python3.12 python3.11 python3.13 python3.10 python3.14 python}; do
    usable "$candidate" && { command -v "$candidate"; return 0; }
  done
  return 1
}

why_no_python() {
  local found
  [ -z "${FLOWPP_PYTHON:-}" ] || { echo "FLOWPP_PYTHON=$FLOWPP_PYTHON is no Python 3.10 to 3.14 with a venv module; name another, or unset it"; return; }
  found=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
  if [ -z "$found" ]; then
    echo "no Python was found; install Python 3.10 to 3.14 with its venv module, or name one in FLOWPP_PYTHON"
  elif python3 -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 14))'; then
    echo "Python $found has no venv module; install it (on Debian and Ubuntu: apt install python3-venv)"
  else
    echo "Python $found was found, but 3.10 to 3.14 is needed; install one, or name it in FLOWPP_PYTHON"
  fi
}

# uv does not read pip's configuration: an index that pip is told to use is handed on.
index_for_uv() {
  local index=${PIP_INDEX_URL:-}
  [ -n "$index" ] || index=$("$venv/bin/python" -m pip config get global.index-url 2>/dev/null)
  [ -n "$index" ] && export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$index}
  [ -n "${PIP_EXTRA_INDEX_URL:-}" ] && export UV_INDEX=${UV_INDEX:-$PIP_EXTRA_INDEX_URL}
  [ -n "${PIP_CERT:-}" ] && export SSL_CERT_FILE=${SSL_CERT_FILE:-$PIP_CERT}
}

install() { # PYTHON
  rm -rf "$venv" || return 1
  grep -v 'not needed to serve' "$requirements" > "$dir/server-requirements.txt" || return 1
  if [ -n "$uv" ]; then
    "$uv" venv -q --no-python-downloads --python "$1" "$venv" || return 1
  else
    "$1" -m venv "$venv" || return 1
    "$venv/bin/python" -m pip install -q --no-compile --disable-pip-version-check "uv==$uv_version" && uv=$venv/bin/uv
    index_for_uv
  fi
  if [ -n "$uv" ]; then
    "$uv" pip install -q --no-deps --python "$venv/bin/python" -r "$dir/server-requirements.txt" && return 0
    echo "uv could not install the packages; pip tries"
  fi
  [ -x "$venv/bin/pip" ] || "$venv/bin/python" -m ensurepip || return 1
  "$venv/bin/python" -m pip install -q --no-deps --no-compile --disable-pip-version-check -r "$dir/server-requirements.txt"
}

[ -n "$check" ] || { ready && announce && exit 0; }
unset PYTHONHOME PYTHONPATH
uv=$(command -v uv || true)
python=$(find_python) || { echo "mlflow: $(why_no_python)" >&2; exit 3; }
if [ -n "$check" ]; then
  echo "$("$python" --version 2>&1) at $python"
  exit 0
fi

# The lock belongs to the open file, so it outlives the Python that takes it, is inherited by pip, and ends with the last of them, also after kill -9.
exec 9> "$dir/prepare.lock" || { echo "mlflow: $dir is not writable" >&2; exit 4; }
"$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)' || exit 4
ready && announce && exit 0
if install "$python" > "$log" 2>&1; then
  echo "$wanted" > "$venv/.complete.part" && mv "$venv/.complete.part" "$venv/.complete" && announce && exit 0
fi
echo "mlflow: the packages of the tracking server could not be installed: $(grep -i -m 1 'error' "$log" || tail -n 1 "$log"); details in $log" >&2
exit 4
