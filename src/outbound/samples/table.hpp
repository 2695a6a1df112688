// Times and values out of a table: CSV with a header line (RFC 4180), or JSON lines, one object each.
//
// Which column, and which rows, a criterion says as it would say a selector: `requests{role="canary"}` is the column `requests` of the rows
// whose column `role` says canary.
#pragma once
#include <map>

#include "outbound/samples/samples.hpp"

namespace evenkeel::samples {

struct Selector {
  std::string column;
  std::vector<std::pair<std::string, std::string>> equal;
};
/// Error: invalid, with what was expected where.
Result<Selector> parse_selector(std::string_view text);

/// Rows whose value says that it is none are left out. Error: invalid, with the line (no such column, a time or number that cannot be read,
/// a quote that does not end). A last line without its end is being written and is left out when it cannot be read.
Result<std::vector<Sample>> parse_csv(std::string_view text, std::string_view time_column, const Selector& selector);
Result<std::vector<Sample>> parse_jsonl(std::string_view text, std::string_view time_column, const Selector& selector);

}  // namespace evenkeel::samples
