#!/usr/bin/env python3
"""The same Parquet, the same figures: attain beside polars (streaming), DuckDB and pandas, from one run.

usage: attainment.py PEERS WORK [--attain target/release/attain] [--courses 500 --students 1000 --items 20] [--runs 3]

PEERS holds the generator and the peers' scripts (attain_gen.py, attain_polars.py, attain_duckdb.py,
attain_pandas.py); WORK is a folder to write to. Needs numpy, polars, duckdb, pandas and pyarrow (PyPI).

Ten million marks of 500 courses become student x objective attainment (sum of weight*mark over sum of
weight*full mark), objective means, shares of students at or above 0.60, and course values. attain also decides
every verdict exactly and gives every objective and course its interval. CPU is user + system time and memory the
largest resident set, both as the operating system accounts them for the finished process; medians of the runs.
"""
import argparse, os, re, statistics, subprocess, sys
from pathlib import Path

SETTINGS = """[workspace]
policy = "policy.toml"
[tables]
marks = "marks.parquet"
items = "items.parquet"
allocation = "map.parquet"
objectives = "objectives.parquet"
offerings = "offerings.csv"
[columns.marks]
mark = "score"
[columns.items]
offering = "course"
full_mark = "max_score"
[columns.allocation]
share = "weight"
[columns.objectives]
offering = "course"
weight = "obj_weight"
"""

POLICY = """key = "bench"
title = { zh = "对照", en = "Side by side" }
source = "benches/peers/attainment.py"
date = "2026-11-22"
status = "draft"
[objective]
method = "allocated-points"
[marks]
blank = "exclude"
[threshold]
objective = "0.6"
course = "0.6"
"""


def measure(command):
    """CPU seconds, MB and standard output of one finished command."""
    read, write = os.pipe()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_CLOSE, read)])
    os.close(write)
    with os.fdopen(read) as out:
        text = out.read()
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}\n{text}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text


def workspace(peers, work, courses, students, items):
    import polars as pl

    data = work / "data"
    if not (data / "marks.parquet").exists():
        subprocess.run([sys.executable, peers / "attain_gen.py", data, str(courses), str(students), str(items)], check=True)
    ids = pl.read_parquet(data / "items.parquet")["course"].unique().sort()
    pl.DataFrame({"offering": ids, "course": ids}).write_csv(data / "offerings.csv")
    (data / "attain.toml").write_text(SETTINGS)
    (data / "policy.toml").write_text(POLICY)
    return data


def agree(data, out):
    """attain's tables against polars' own computation of the same figures."""
    import polars as pl

    marks, items = pl.scan_parquet(data / "marks.parquet"), pl.scan_parquet(data / "items.parquet")
    links, objectives = pl.scan_parquet(data / "map.parquet"), pl.scan_parquet(data / "objectives.parquet")
    points = links.join(items, on="item").with_columns(full=pl.col("weight") * pl.col("max_score"))
    own = (marks.drop_nulls("score").join(points, on="item").group_by("student", "objective")
           .agg(num=(pl.col("score") * pl.col("weight")).sum(), full=pl.col("full").sum())
           .with_columns(theirs=pl.col("num") / pl.col("full"), key=pl.col("objective").cast(pl.Int64)))
    mine = (pl.scan_parquet(out / "student_objectives.parquet").filter(pl.col("objective").is_not_null())
            .with_columns(student=pl.col("student").cast(pl.Int32), key=pl.col("objective").cast(pl.Int64)))
    both = mine.join(own, on=["student", "key"], how="full", coalesce=True).filter(pl.col("value").is_not_null() | pl.col("theirs").is_not_null())
    # Whole half-points and small weights: num and full are exact in binary, so num >= 0.6 * full is decided exactly.
    exact = pl.when(pl.col("num") * 5 >= pl.col("full") * 3).then(pl.lit("reached")).otherwise(pl.lit("not_reached"))
    check = both.select(rows=pl.len(), missing=(pl.col("value").is_null() | pl.col("theirs").is_null()).sum(),
                        worst=(pl.col("value") - pl.col("theirs")).abs().max(),
                        wrong=(pl.col("verdict") != exact).sum(),
                        float_wrong=((pl.col("theirs") >= 0.6) != (exact == "reached")).sum()).collect()
    mean = own.group_by("objective").agg(mean=pl.col("theirs").mean()).join(objectives, on="objective")
    course = mean.group_by("course").agg(theirs=(pl.col("mean") * pl.col("obj_weight")).sum() / pl.col("obj_weight").sum())
    offerings = pl.scan_parquet(out / "offerings.parquet").with_columns(course=pl.col("offering").cast(pl.Int32))
    courses = offerings.join(course, on="course").select(n=pl.len(), worst=(pl.col("value") - pl.col("theirs")).abs().max()).collect()
    print("student x objective:", check.row(0, named=True))
    print("courses:", courses.row(0, named=True))
    row, line = check.row(0, named=True), courses.row(0, named=True)
    if row["missing"] or row["wrong"] or row["worst"] > 1e-12 or line["worst"] > 1e-12:
        sys.exit("the figures differ")


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("peers", type=Path)
    parse.add_argument("work", type=Path)
    parse.add_argument("--attain", default="target/release/attain")
    parse.add_argument("--courses", type=int, default=500)
    parse.add_argument("--students", type=int, default=1000)
    parse.add_argument("--items", type=int, default=20)
    parse.add_argument("--runs", type=int, default=3)
    given = parse.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    data = workspace(given.peers, given.work, given.courses, given.students, given.items)
    quiet = ["--no-charts", "--quiet", "--formats", "parquet"]
    attain = [given.attain, "run", str(data), "--out", str(given.work / "out"), *quiet, "--tables", "objectives,offerings"]
    peer = lambda name, *rest: [sys.executable, str(given.peers / f"attain_{name}.py"), str(data), "parquet", *rest]
    commands = {"attain": attain, "polars streaming": peer("polars", "streaming"), "duckdb": peer("duckdb"), "pandas": peer("pandas")}
    cpu, memory = {}, {}
    for name, command in commands.items():
        measure(command)  # warm up
        runs = [measure(command) for _ in range(given.runs)]
        cpu[name], memory[name] = statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs)
        checks = re.search(r"rows (\d+) check (.*)", runs[0][2])
        print(f"{name:18} {cpu[name]:7.2f} CPU-s {memory[name]:8.0f} MB  {checks.group(0) if checks else ''}", flush=True)
    for name in list(commands)[1:]:
        print(f"{name}: {cpu[name] / cpu['attain']:.1f} times the CPU, {memory[name] / memory['attain']:.1f} times the memory of attain")
    whole = [given.attain, "run", str(data), "--out", str(given.work / "whole"), *quiet, "--tables", "objectives,offerings,student_objectives"]
    measure(whole)
    agree(data, given.work / "whole")


if __name__ == "__main__":
    main()
