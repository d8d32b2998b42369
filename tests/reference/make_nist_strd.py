"""Writes nist_strd.json from a folder with the NIST/ITL Statistical Reference Datasets (.dat files, public domain).

    python3 make_nist_strd.py FOLDER          FOLDER/{lls,anova,univ}/*.dat, some gzipped

Values and certified results are kept as the decimal text that NIST prints. The generated analysis-of-variance and
univariate sets (Simon and Lesage) are a first value and then two values in turn; they are written as that
rule, after checking that it rebuilds the file.

`required` is the number of correct digits that double precision can be held to: 9 for the linear sets except
Filip (7), Wampler4 (7.5), Wampler5 (5.5); 13, 10 and 4 for analysis of variance of low, average and high difficulty.
"""
import gzip
import json
import pathlib
import re
import sys

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[Ee][-+]?\d+)?"
LINEAR = {"Filip": 7, "Wampler4": 7.5, "Wampler5": 5.5}
POLYNOMIAL = {"Filip": 10, "Pontius": 2, **{f"Wampler{i}": 5 for i in range(1, 6)}}
ANOVA = {"SiRstv": 13, "SmLs01": 13, "SmLs02": 13, "SmLs03": 13, "AtmWtAg": 10, "SmLs04": 10, "SmLs05": 10, "SmLs06": 10,
         "SmLs07": 4, "SmLs08": 4, "SmLs09": 4}


def read(path):
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("ascii").splitlines()


def rows_after_data(lines):
    start = max(i for i, line in enumerate(lines) if line.startswith("Data:"))
    rows = [line.split() for line in lines[start + 1:]]
    return [r for r in rows if r and all(re.fullmatch(NUMBER, x) for x in r)]


def certified(lines, label):
    for line in lines:
        if re.match(rf"\s*{label}", line):
            return re.findall(NUMBER, line[line.index(":") + 1 if ":" in line else len(label):])
    raise KeyError(label)


def linear(path):
    lines, name = read(path), path.name.split(".")[0]
    terms = [m.groups() for line in lines if (m := re.match(rf"\s+B\d+\s+({NUMBER})\s+({NUMBER})\s*$", line))]
    after = lines[[i for i, s in enumerate(lines) if s.strip().startswith("Residual")][0]:]
    number = lambda label: next(re.findall(NUMBER, s.split(label)[1])[0] for s in after if label in s)
    rows = rows_after_data(lines)
    data = {"y": " ".join(r[0] for r in rows), "x": [" ".join(c) for c in list(zip(*rows))[1:]]}
    return {"name": name, "required": LINEAR.get(name, 9), "constant": not name.startswith("NoInt"),
            "polynomial": POLYNOMIAL.get(name, 1), "coefficients": [t[0] for t in terms],
            "standard_errors": [t[1] for t in terms], "residual_sd": number("Standard Deviation"),
            "r_squared": number("R-Squared"), **data}


def pattern(values):
    first, rest = values[0], values[1:]
    if len(values) > 20 and len(rest) % 2 == 0 and rest == rest[:2] * (len(rest) // 2):
        return {"first": first, "then": rest[:2], "times": len(rest) // 2}
    return {"values": " ".join(values)}


def anova(path):
    lines, name = read(path), path.name.split(".")[0]
    line = lambda label: next(s for s in lines if s.strip().startswith(label))
    between = re.findall(NUMBER, re.split(r"\s{2,}\d+\s", line("Between"), maxsplit=1)[1])
    within = re.findall(NUMBER, re.split(r"\s\d+\s", line("Within"), maxsplit=1)[1])
    rows = rows_after_data(lines)
    keys = list(dict.fromkeys(r[0] for r in rows))
    groups = [pattern([r[1] for r in rows if r[0] == k]) for k in keys]
    sd = next(s for i, s in enumerate(lines) if "Standard Deviation" in s)
    return {"name": name, "required": ANOVA[name], "ss_between": between[0], "f": between[2], "ss_within": within[0],
            "r_squared": re.findall(NUMBER, line("Certified R-Squared").split("Squared")[1])[0],
            "residual_sd": re.findall(NUMBER, sd.split("Deviation")[1])[0], "groups": groups}


def univariate(path):
    lines, name = read(path), path.name.split(".")[0]
    value = lambda label: re.findall(NUMBER, next(s for s in lines if s.startswith(label)).split(":")[1])[0]
    rows = rows_after_data(lines)
    return {"name": name, "mean": value("Sample Mean"), "sd": value("Sample Standard Deviation"),
            "sample": pattern([x for r in rows for x in r])}


def main():
    folder = pathlib.Path(sys.argv[1])
    out = {"source": "NIST/ITL Statistical Reference Datasets, certified values as printed (public domain)"}
    for key, sub, make in [("linear", "lls", linear), ("anova", "anova", anova), ("univariate", "univ", univariate)]:
        out[key] = [make(p) for p in sorted((folder / sub).glob("*.dat*"))]
    text = json.dumps(out, ensure_ascii=False, indent=0, separators=(",", ":"))
    pathlib.Path("nist_strd.json").write_text(text + "\n")


main()
