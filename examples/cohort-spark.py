#!/usr/bin/env python3
"""Scores a group with Spark: coofit scores each partition, and the parts give the summary.

    python examples/cohort-spark.py answers.csv DIRECTORY [options of coofit cohort, such as --bank DIR]

DIRECTORY must not exist yet, and every worker must see it. It gets scores/, summary.json and group.html.
A row is a line, so no cell may have a line feed in it. COOFIT names the program, which every worker needs;
MASTER is the master of Spark, local[2] unless given.
"""
import os
import shutil
import subprocess
import sys
from pathlib import Path

COOFIT = os.environ.get("COOFIT", "coofit")


def stop(why):
    sys.exit(f"{sys.argv[0]}: {why}; nothing was run")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    answers, out, options = sys.argv[1], Path(sys.argv[2]).absolute(), sys.argv[3:]
    if not shutil.which(COOFIT):
        stop(f"{COOFIT} is missing (COOFIT names another place)")
    if not shutil.which("java") and "JAVA_HOME" not in os.environ:
        stop("Java is missing, and Spark needs it")
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        stop("pyspark is missing (pip install pyspark)")
    (out / "parts").mkdir(parents=True)

    spark = (
        SparkSession.builder.master(os.environ.get("MASTER", "local[2]"))
        .appName("coofit cohort")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    lines = spark.sparkContext.textFile(answers, minPartitions=4)
    header = lines.first()
    rows = lines.filter(lambda line: line != header)
    n_partitions = rows.getNumPartitions()

    def score(number, lines):
        """One partition through the filter. Its part has the partition's number, so that a partition
        that Spark tries again writes over its own part and is not counted twice."""
        first = next(lines, None)
        if first is None:
            return
        part = out / "parts" / f"{number:06}.json"
        command = [COOFIT, "cohort", "-", "--force", "--part", str(part), *options]
        text = "\n".join([header, first, *lines, ""])
        run = subprocess.run(command, input=text.encode(), capture_output=True)
        if run.returncode != 0:
            raise RuntimeError(f"partition {number}: {run.stderr.decode()}")
        yield from run.stdout.decode().splitlines()[1:]

    rows.mapPartitionsWithIndex(score).saveAsTextFile((out / "scores").as_uri())
    spark.stop()
    parts = sorted(str(part) for part in (out / "parts").iterdir())
    merge = [COOFIT, "cohort", "--merge", *parts]
    to = ["--summary", str(out / "summary.json"), "--report", str(out / "group.html")]
    subprocess.run([*merge, *to, *options], check=True)
    print(f"{n_partitions} partitions; {out}/scores, summary.json and group.html are written")


if __name__ == "__main__":
    main()
