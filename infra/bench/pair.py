#!/usr/bin/env python3
"""Our speed and memory beside a peer's in PyTorch: both on this machine, one after the other, again and again.

  infra/bench/pair.py step --python VENV/bin/python --peer PEER.py --preset cifar10 --batch 8 --threads 2 --rounds 5

Each round is one process of ours (`./flowpp bench WHAT`) and one of the peer's, so that what else the machine does meets both alike. Both get the same
batch, threads, OMP_NUM_THREADS and GLIBC_TUNABLES. Prints a table, or one JSON object with --json. Settings a.b=v are for ours alone.

The peer is a script of the user's: `PYTHON PEER WHAT OPTIONS` prints, as the last line of stdout, a JSON object with at least
  parameters          trainable values: told where they differ from ours, for then the models are not the same
  median_ms, min_ms   of its repeats
  images_per_second   by the median
  peak_rss_bytes      the most resident memory of its process
and takes
  WHAT = step | evaluate | sample
  --batch B --threads T --repeats R --warmup W
  --size S --channels C --filters F --dequantizer-filters F --blocks N --dequantizer-blocks N --components K --heads H --dropout P
of which the last two lines come from our preset. A preset that these options cannot say needs --peer-options, which replaces the last line.
"""
import argparse, json, os, shlex, statistics, subprocess, sys

HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FLOWPP = os.path.join(HOME, "flowpp")
# the launcher's own default
TUNABLES = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=8589934592:glibc.malloc.top_pad=268435456"
LAYOUT = "cb4 s2d ch2 cb3"


def fail(message):
    sys.exit("error: " + message)


def last_json(text):
    """The object that ends the output."""
    at = text.rfind("\n{") + 1
    return json.loads(text[at if at > 0 or text.startswith("{") else 0:])


def call(command, environment):
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        fail("%s ended with %d: %s" % (shlex.join(command), done.returncode, (done.stderr or done.stdout).strip()[-2000:]))
    try:
        return last_json(done.stdout)
    except ValueError:
        fail("%s printed no JSON object: %s" % (shlex.join(command), done.stdout.strip()[-500:]))


def preset_file(name):
    if "/" in name or name.endswith((".yaml", ".yml")):
        return name
    return os.path.join(HOME, "experiments", "presets", name + ".yaml")


def shape_options(arguments, environment):
    """What the peer is told of the model, from our merged configuration."""
    if arguments.peer_options is not None:
        return shlex.split(arguments.peer_options)
    config = call([FLOWPP, "config", "show", preset_file(arguments.preset), *arguments.settings, "--json"], environment)["config"]
    flow, dequantizer = config["model"]["flow"], config["model"]["dequantizer"]
    height, width, channels = (int(n) for n in config["data"]["shape"].split("x"))
    couplings = [flow["coupling"], dequantizer.get("coupling", {})]
    same = [
        (height == width, "images are square"),
        (config["data"]["bits"] == 8, "images have 8 bits"),
        (dequantizer["kind"] == "variational" and dequantizer.get("couplings") == 4, "the dequantizer has 4 couplings"),
        (dequantizer.get("context-filters") == 32 and dequantizer.get("context-blocks") == 3, "its context has 32 filters and 3 blocks"),
        (flow["layout"] == LAYOUT, "the layout is " + LAYOUT),
        (all(c.get("kind") == "mixture" and c.get("components") == couplings[0]["components"] for c in couplings), "couplings are mixtures of one size"),
        (all(part.get(key) == value for part in (flow, dequantizer) for key, value in
             (("attention", True), ("pointwise", True), ("weight-norm", False), ("heads", flow.get("heads")), ("dropout", flow.get("dropout")))),
         "both parts have attention, 1x1 convolutions, plain weights, the same heads and dropout"),
    ]
    for holds, what in same:
        if not holds:
            fail("--preset %s: a peer's options say only models where %s; say its model with --peer-options" % (arguments.preset, what))
    values = {
        "size": height, "channels": channels, "filters": flow["filters"], "dequantizer-filters": dequantizer["filters"], "blocks": flow["blocks"],
        "dequantizer-blocks": dequantizer["blocks"], "components": couplings[0]["components"], "heads": flow["heads"], "dropout": flow["dropout"],
    }
    return [word for name, value in values.items() for word in ("--" + name, str(value))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["step", "evaluate", "sample"])
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE", help="settings of ours, such as training.precision=bf16")
    parser.add_argument("--python", required=True, help="a Python that has torch")
    parser.add_argument("--peer", required=True, help="the peer's script")
    parser.add_argument("--preset", default="cifar10")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3, help="processes of each side (default 3)")
    parser.add_argument("--repeats", type=int, default=3, help="repeats that count in each process (default 3)")
    parser.add_argument("--warmup", type=int, default=1)
    parser.add_argument("--peer-options", help="the peer's options for its model, in place of those from the preset")
    parser.add_argument("--peer-extra", default="", help="further options of the peer, such as --bf16")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_intermixed_args()
    if arguments.rounds < 1:
        fail("--rounds must be 1 or more")

    environment = dict(os.environ, OMP_NUM_THREADS=str(arguments.threads))
    environment.setdefault("GLIBC_TUNABLES", TUNABLES)
    size = ["--batch", str(arguments.batch), "--threads", str(arguments.threads), "--repeats", str(arguments.repeats), "--warmup", str(arguments.warmup)]
    ours_command = [FLOWPP, "bench", arguments.what, "--preset", preset_file(arguments.preset), *size, *arguments.settings, "--json"]
    peer_command = [arguments.python, arguments.peer, arguments.what, *size, *shape_options(arguments, environment), *shlex.split(arguments.peer_extra)]

    ours, peer = [], []
    for round in range(arguments.rounds):
        # who begins changes, so that neither always meets a machine that has just cooled or settled
        for side in ((ours, peer) if round % 2 == 0 else (peer, ours)):
            side.append(call(ours_command if side is ours else peer_command, environment))
        print("round %d of %d: %.2f images/s, peer %.2f" % (round + 1, arguments.rounds, ours[-1]["images_per_second"], peer[-1]["images_per_second"]), file=sys.stderr)
    if ours[0]["parameters"] != peer[0]["parameters"]:
        print("warning: ours has %d parameters, the peer's model %d: they are not the same model" % (ours[0]["parameters"], peer[0]["parameters"]), file=sys.stderr)

    median = lambda side, key: None if any(one.get(key) is None for one in side) else statistics.median(one[key] for one in side)
    best = lambda side: min(one["min_ms"] for one in side)
    sides = {
        name: {"images_per_second": median(side, "images_per_second"), "median_ms": median(side, "median_ms"), "min_ms": best(side), "peak_rss_bytes": median(side, "peak_rss_bytes")}
        for name, side in (("ours", ours), ("peer", peer))
    }
    a, b = sides["ours"], sides["peer"]
    ratio = lambda x, y: None if x is None or y is None else x / y
    answer = {
        "what": arguments.what, "preset": arguments.preset, "settings": arguments.settings, "batch": arguments.batch, "threads": arguments.threads, "rounds": arguments.rounds, **sides,
        "speed_ratio": ratio(a["images_per_second"], b["images_per_second"]), "speed_ratio_of_best": ratio(b["min_ms"], a["min_ms"]), "memory_ratio": ratio(a["peak_rss_bytes"], b["peak_rss_bytes"]),
        "gemm_gflops": {"ours": median(ours, "gemm_gflops"), "peer": median(peer, "gemm_gflops")}, "load": median(ours, "load"), "rounds_of": {"ours": ours, "peer": peer},
    }
    if arguments.json:
        print(json.dumps(answer, indent=2))
        return
    number = lambda value, form: "-" if value is None else form % value
    print("%s of %s, batch %d, %d threads%s, medians of %d rounds" % (arguments.what, arguments.preset, arguments.batch, arguments.threads, "".join(", " + s for s in arguments.settings), arguments.rounds))
    print("%-6s %10s %12s %12s %10s" % ("", "images/s", "median ms", "best ms", "peak MB"))
    for name, side in sides.items():
        print("%-6s %10.3f %12.0f %12.0f %10s" % (name, side["images_per_second"], side["median_ms"], side["min_ms"], number(ratio(side["peak_rss_bytes"], 1e6), "%.0f")))
    print("%-6s %9.2fx %12s %11.2fx %9s" % ("ratio", answer["speed_ratio"], "", answer["speed_ratio_of_best"], number(answer["memory_ratio"], "%.2fx")))


if __name__ == "__main__":
    main()
