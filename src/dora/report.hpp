// The delivery report over stored facts (A8, CR8): every figure with its count and interval, never a blended score, and below five
// the word "too few" beside what was counted.
#pragma once
#include "dora/baseline.hpp"

namespace evenkeel::dora {

/// Fewer than this many, and a figure says nothing about the next one.
inline constexpr std::int64_t enough = 5;
/// A report of years tells of so many deployments and incidents one by one.
inline constexpr std::size_t most_explained = 5000;

struct FigureRow {
  std::string key, title, text;  // text: for people, with its unit: "6m 12s", "too few (1)"
  json::Value value;
  std::int64_t n = 0;
  std::optional<double> low, high;  // 95 %
  bool too_few = true;
  std::string interval = {};  // the same for people: "4h 5m to 6h 10m"; empty: none
};
BOOST_DESCRIBE_STRUCT(FigureRow, (), (key, title, text, value, n, low, high, too_few, interval))

/// Why a deployment or an incident was counted, where, or why not.
struct Explained {
  std::string kind;  // deployment, incident
  std::string id, what;
  SysTime at;
  std::vector<std::string> counted_in;  // keys of figures
  std::string because;
  std::optional<std::string> when = {};  // "2026-06-09 11:05", in the organisation's zone
  std::string release = {};              // of a deployment that went through here
};
BOOST_DESCRIBE_STRUCT(Explained, (), (kind, id, what, at, counted_in, because, when, release))

struct Report {
  std::string organisation, definition, service, area;
  SysTime from, to;
  std::int64_t deployments = 0, failed = 0, rolled_back = 0, incidents = 0, found_by_customers = 0;
  std::string sentence;  // "2 deployments, 1 failed (50 %); recovered in 6m 12s."
  std::vector<FigureRow> metrics;
  std::vector<Explained> behind;  // what is behind the numbers: at most `most_explained`, failures and what was left out first
  std::int64_t behind_left_out = 0;
  std::vector<Beside> baseline;                    // the first audit beside today; empty when none is kept
  std::string baseline_of;                         // "5 releases of shop, audited 2026-03-01"
  std::string zone = "UTC";                        // the organisation's: whose days and months are counted
  std::optional<std::string> first_day, last_day;  // of the window, there; reports of earlier versions do not say
  std::optional<std::string> first_record = {};    // the day of the first deployment on record, where it lies in the window
};
BOOST_DESCRIBE_STRUCT(Report, (),
                      (organisation, definition, service, area, from, to, deployments, failed, rolled_back, incidents, found_by_customers,
                       sentence, metrics, behind, behind_left_out, baseline, baseline_of, zone, first_day, last_day, first_record))

struct Ask {
  std::string definition = "dora-2025";
  std::optional<SysTime> from, to;  // left out: the last 30 days up to now
  std::optional<std::string> service, area;
};
BOOST_DESCRIBE_STRUCT(Ask, (), (definition, from, to, service, area))

/// Errors: invalid (unknown definition or service, a window that ends before it begins).
Result<Report> stored_report(store::Tx& tx, const Ask& ask, SysTime now);

std::string to_markdown(const Report& report);
/// The figures, one a line, for a spreadsheet (RFC 4180); what a spreadsheet would take for a formula is shown as text.
std::string to_csv(const Report& report);

}  // namespace evenkeel::dora
