// The plain (DH2, DH8): after promotion, where there is no control, what needs no statistics is decided at once, at any hour. The slow
// statistics decide about the doubtful.
//
//   outage   at least half of the requests fail, or are slower than nine tenths used to be, or half of what used to be bought is not, in
//   two
//            whole intervals running, in at least five events, and with a chance below one in a million were all as before
//   limit    an agreed limit is exceeded far beyond noise: in one whole interval by a quarter, with a chance below one in a million were
//            the limit just kept (Chernoff's bound on the binomial: H. Chernoff, Ann. Math. Statist. 23, 1952); a level in two running
//   silent   no sample in three intervals, unless gaps are ordinary there (silence: ignore)
//
// What was so before the deployment is not said of it: a share of failures that used to be a quarter or more is left to the judge.
#pragma once
#include <optional>
#include <span>
#include <string>

#include "health/criteria.hpp"
#include "health/source.hpp"

namespace evenkeel::health {

enum class PlainKind : std::uint8_t { outage, limit, silent };
BOOST_DESCRIBE_ENUM(PlainKind, outage, limit, silent)

/// What is known of the time before.
struct Usual {
  std::optional<double> level;         // as level_of: share of events, or gauge
  std::optional<double> slow_from_ms;  // latency: the bound above nine tenths of the requests
};

struct Plain {
  PlainKind kind = PlainKind::outage;
  std::size_t since = 0;  // interval at which it began
  std::string figure;     // "52 % of 1,204 requests fail"
  std::string limit;      // "limit 1 %", "0.2 % before"; empty when there is none to hold it against
};

/// Whether it is plain at the end of `samples` (one an interval, the newest last) that this criterion is broken. Of several kinds the one
/// that says most: outage, limit, silent.
std::optional<Plain> plain_of(const Criterion& criterion, std::span<const SideSeries* const> samples, const Usual& usual);

/// Chernoff's bound: -log of the chance of at least `events` of `total` at a true share of `share`; 0 when it is not above it.
double beyond_noise(double events, double total, double share);

}  // namespace evenkeel::health
