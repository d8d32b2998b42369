# Writes growth.csv (simulated students) and growth.json (where R says they are going).
#
#   Rscript make_growth.R          R 4.2.2, quantreg 5.94, jsonlite
#
# Scores of three years of 470 students in three cohorts; the newest has the first year only, the one before two years, and
# some students miss a year; every fifth of those without the last year is written. Curves by quantreg's exact simplex on cubic B-splines; the p-th trajectory uses the p-th of 100
# curves at every step and is sorted anew. `latest` uses the newest cohort with at least 100 students for each step.
suppressMessages({library(quantreg); library(splines); library(jsonlite)})
set.seed(20260417)
n <- 470
cohort <- sprintf("%d", 2021 + c(rep(0, 191), rep(1, 149), rep(2, 130)))
ability <- rnorm(n)
year1 <- round(60 + 8 * ability + rnorm(n, 0, 4), 3)
year2 <- round(62 + 8 * ability + 0.2 * (year1 - 60) + rnorm(n, 0, 4), 3)
year3 <- round(64 + 7 * ability + 0.3 * (year2 - 62) + rnorm(n, 0, 4), 3)
year3[cohort != "2021"] <- NA
year2[cohort == "2023"] <- NA
year3[sample(which(cohort == "2021"), 20)] <- NA
early <- sample(which(cohort == "2021"), 40)
year3[early] <- NA; year2[early] <- NA
year2[sample(which(cohort == "2021" & !is.na(year3)), 6)] <- NA
year1[sample(which(cohort == "2022"), 8)] <- NA
goal <- round(year1 + 9, 1); goal[sample(n, 30)] <- NA
data <- data.frame(student = sprintf("N%03d", 1:n), cohort, class = sprintf("K%d", sample(6, n, TRUE)), year1, year2, year3, goal)
write.csv(data, "growth.csv", row.names = FALSE, quote = FALSE, na = "")

measures <- c("year1", "year2", "year3")
taus <- (1:100 - 0.5) / 100
knots <- function(x) list(inner = round(quantile(x, c(.2, .4, .6, .8), type = 7), 3),
                          edge = round(range(x) + c(-.1, .1) * diff(range(x)), 3))
basis <- function(x, k) suppressWarnings(bs(x, knots = k$inner, Boundary.knots = k$edge))
curves <- function(to, priors, latest) {
  used <- data[complete.cases(data[measures[(to - priors):to]]), ]
  own <- NA
  if (latest) {
    big <- names(which(table(used$cohort) >= 100))
    if (length(big) > 0) { own <- max(big); used <- used[used$cohort == own, ] }
  }
  if (nrow(used) < 100) return(NULL)
  ks <- lapply(1:priors, function(b) knots(used[[measures[to - b]]]))
  x <- do.call(cbind, lapply(1:priors, function(b) basis(used[[measures[to - b]]], ks[[b]])))
  b <- sapply(taus, function(tau) coef(suppressWarnings(rq(used[[measures[to]]] ~ x, tau = tau, method = "br"))))
  list(knots = ks, b = b, n = nrow(used), cohort = own)
}
projected <- function(latest, limits) {
  known <- list()
  out <- list()
  for (i in which(is.na(data$year3))[c(TRUE, FALSE, FALSE, FALSE, FALSE)]) {
    have <- which(!is.na(unlist(data[i, measures[1:2]])))
    if (length(have) == 0) next
    last <- max(have); run <- if (last == 2 && 1 %in% have) 2 else 1
    history <- unlist(data[i, measures[last:(last - run + 1)]])
    paths <- NULL; ends <- list()
    for (to in (last + 1):3) {
      priors <- run + to - last - 1
      key <- paste(to, priors)
      if (is.null(known[[key]])) known[[key]] <- curves(to, priors, latest)
      if (is.null(known[[key]])) { ends <- NULL; break }
      c <- known[[key]]
      own <- sapply(1:100, function(q) {
        values <- c(if (!is.null(paths)) rev(sapply(paths, function(p) p[q])), history)[1:priors]
        row <- c(1, unlist(lapply(1:priors, function(b) basis(values[b], c$knots[[b]]))))
        min(max(sum(row * c$b[, q]), limits[1]), limits[2])
      })
      paths <- c(paths, list(sort(own)))
      ends[[measures[to]]] <- list(p = unname(sort(own)[c(10, 25, 50, 75, 90)]), priors = priors, n = c$n, cohort = c$cohort)
    }
    if (is.null(ends)) next
    final <- paths[[length(paths)]][1:99]
    need <- function(cut) if (is.na(cut) || !any(final >= cut)) NA else min(which(final >= cut))
    out[[data$student[i]]] <- list(from = measures[last], steps = ends, fixed = need(75), goal = need(data$goal[i]))
  }
  out
}
result <- list(versions = list(R = R.version.string, quantreg = as.character(packageVersion("quantreg"))),
               all = projected(FALSE, c(0, 90)), latest = projected(TRUE, c(0, 90)))
write(toJSON(result, digits = 10, auto_unbox = TRUE, na = "null"), "growth.json")
