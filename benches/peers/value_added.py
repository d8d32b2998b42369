#!/usr/bin/env python3
"""The same data, the same models: attain beside R (lme4, quantreg), from one run.

usage: value_added.py DATA BENCH [--threads 1]

DATA holds the data sets as CSV; BENCH is the built program of `cargo bench --bench value_added --no-run`. Needs Rscript
with lme4 and quantreg; where Python has mixedlm and pandas, that stands beside them. Both sides are timed inside their process, reading files left out: medians of five runs of
attain, of five or three of R, in processor seconds, which a busy machine disturbs least, and by the clock. The criteria are
compared: a faster wrong answer does not count.
"""
import argparse, importlib.util, os, subprocess, sys
from pathlib import Path

R = r"""
suppressMessages({library(lme4); library(quantreg); library(splines)})
dir <- commandArgs(TRUE)[1]; read <- function(f) read.csv(file.path(dir, f), stringsAsFactors = TRUE)
exam <- read("exam.csv"); exam$school <- factor(exam$school)
chem <- read("chem97.csv"); for (k in c("school", "lea")) chem[[k]] <- factor(chem[[k]])
inst <- read("insteval.csv"); for (k in c("s", "d", "dept", "service")) inst[[k]] <- factor(inst[[k]])
sleep <- read("sleepstudy.csv"); sleep$Subject <- factor(sleep$Subject)
show <- function(name, f, n = 5) { t <- c <- numeric(n); for (i in 1:n) { gc(FALSE); x <- system.time(v <- f()); t[i] <- x[[3]]; c[i] <- x[[1]] + x[[2]] }
  cat(sprintf("%s\t%.6f\t%.6f\t%.6f\n", name, median(t), median(c), v)); flush(stdout()) }
crit <- function(m) REMLcrit(m)
show("sleepstudy_slope", function() crit(lmer(Reaction ~ Days + (Days | Subject), sleep)))
show("exam_intercept", function() crit(lmer(normexam ~ standLRT + (1 | school), exam)))
show("exam_slope", function() crit(lmer(normexam ~ standLRT + (standLRT | school), exam)))
show("chem97_nested", function() crit(lmer(score ~ gcsecnt + (1 | school) + (1 | lea), chem)))
m <- lmer(normexam ~ standLRT + (1 | school), exam, REML = FALSE)
show("exam_bootstrap_200", function() mean(bootMer(m, function(z) fixef(z)[2], nsim = 200)$t), 3)
d <- read.csv(gzfile(file.path(dir, "sgpdata_wide.csv.gz")))
d <- d[which(d$GRADE_2024 == 3 & d$GRADE_2025 == 4 & !is.na(d$SS_2024) & !is.na(d$SS_2025)), ]
B <- cbind(1, bs(d$SS_2024, knots = c(510, 548, 580, 617), Boundary.knots = c(85.5, 859.5)))
rho <- function(r, t) sum(r * (t - (r < 0)))
show("sgp_one_prior", function() { s <- 0; for (t in (1:100 - .5) / 100) { f <- suppressWarnings(rq.fit.br(B, d$SS_2025, t)); s <- s + rho(d$SS_2025 - B %*% f$coef, t) }; s }, 3)
show("insteval_two", function() crit(lmer(y ~ 1 + (1 | s) + (1 | d), inst)), 3)
show("insteval_three", function() crit(lmer(y ~ service + (1 | s) + (1 | d) + (1 | dept), inst)), 3)
"""


MIXEDLM = r"""
import sys, time, statistics, mixedlm, pandas
folder = sys.argv[1]
cases = [("sleepstudy_slope", "sleepstudy", "Reaction ~ Days + (Days | Subject)"),
         ("exam_intercept", "exam", "normexam ~ standLRT + (1 | school)"),
         ("exam_slope", "exam", "normexam ~ standLRT + (standLRT | school)"),
         ("chem97_nested", "chem97", "score ~ gcsecnt + (1 | school) + (1 | lea)"),
         ("insteval_two", "insteval", "y ~ 1 + (1 | s) + (1 | d)"),
         ("insteval_three", "insteval", "y ~ service + (1 | s) + (1 | d) + (1 | dept)")]
factors = {"Subject", "school", "lea", "s", "d", "dept", "service"}
for name, file, formula in cases:
    data = pandas.read_csv(f"{folder}/{file}.csv")
    for column in data.columns:
        data[column] = data[column].astype(str) if column in factors else data[column]
    if "y" in data: data["y"] = data["y"].astype(float)
    clock, cpu = [], []
    for _ in range(5 if "insteval" not in name else 3):
        start, used = time.perf_counter(), time.process_time()
        fit = mixedlm.lmer(formula, data)
        clock.append(time.perf_counter() - start); cpu.append(time.process_time() - used)
    print(f"{name}\t{statistics.median(clock):.6f}\t{statistics.median(cpu):.6f}\t{fit.deviance:.6f}", flush=True)
"""


def lines(command, **environment):
    out = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    if out.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{out.stderr}")
    rows = (line.split("\t") for line in out.stdout.splitlines())
    return {row[0]: tuple(map(float, row[1:])) for row in rows if len(row) == 4}


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("data", type=Path)
    parse.add_argument("bench", type=Path)
    parse.add_argument("--threads", default="1")
    given = parse.parse_args()
    print("load before:", Path("/proc/loadavg").read_text().split()[0])
    ours = lines([given.bench, given.data], RAYON_NUM_THREADS=given.threads)
    theirs = lines(["Rscript", "-e", R, given.data], OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    others = {}
    if importlib.util.find_spec("mixedlm") and importlib.util.find_spec("pandas"):
        others = lines([sys.executable, "-c", MIXEDLM, given.data], RAYON_NUM_THREADS=given.threads)
    print(f"{'':20} {'attain':>10} {'R':>9} {'mixedlm':>9} CPU-s, R and mixedlm times   clock of R times     criterion")
    for name, (clock, cpu, value) in ours.items():
        if name not in theirs:
            print(f"{name:20} {cpu:10.5f} {clock:59.5f} s")
            continue
        their_clock, their_cpu, criterion = theirs[name]
        _, other_cpu, other = others.get(name, (None, None, None))
        beside = (f"{other_cpu:9.3f}", f"{other_cpu / cpu:8.1f}", f" | {other:.6f}") if other_cpu else (f"{'':9}", f"{'':8}", "")
        print(f"{name:20} {cpu:10.5f} {their_cpu:9.3f} {beside[0]} {their_cpu / cpu:10.1f} {beside[1]} {their_clock / clock:14.1f}"
              f"        {value:.6f} | {criterion:.6f}{beside[2]}")
    print("load after:", Path("/proc/loadavg").read_text().split()[0])


if __name__ == "__main__":
    main()
