// Times and values out of a table: CSV with a header line (RFC 4180), or JSON lines, one object each.
//
// Which column, and which rows, a criterion says as it would say a selector: `requests{role="canary"}` is the column `requests` of the rows
// whose column `role` says canary.
#pragma once
#include <map>

#include "integrations/samples/samples.hpp"

namespace evenkeel::samples {

struct Selector {
  std::string column;
  std::vector<std::pair<std::string, std::string>> equal;
};
/// Error: invalid, with what was expected where.
Result<Selector> parse_selector(std::string_view text);

/// A table as it was read, once for all the questions that are put to it. Of a row only the columns that it has are kept.
class Table {
 public:
  /// Error: invalid, with the line (a quote that does not end, too few columns, a line that is no object). A last line without its end is
  /// being written and is left out when it cannot be read. A table with a header must have the column of the times.
  static Result<Table> of_csv(std::string_view text, std::string_view time_column);
  static Result<Table> of_jsonl(std::string_view text, std::string_view time_column);

  /// Rows whose value says that it is none are left out. Error: invalid, with the line (no such column, a time or number that cannot be
  /// read).
  std::size_t size() const { return rows_.size(); }
  Result<std::vector<Sample>> select(const Selector& selector) const;

 private:
  using Column = std::uint32_t;
  struct Cell {
    Column column = 0;
    std::uint32_t begin = 0, end = 0;  // in text_
  };
  struct Row {
    std::size_t first = 0, end = 0;  // in cells_
    std::size_t line = 0;
    bool being_written = false;
    std::optional<SysTime> at = {};
  };
  void add_cell(Column column, std::string_view text);
  void end_row(std::size_t line, bool being_written);
  Column column_of(const std::string& name);
  Result<void> read_times(std::string_view time_column);
  /// Of the header; a table of JSON lines has columns that no line mentions.
  Result<std::optional<Column>> known(std::string_view name) const;
  std::optional<std::string_view> cell(const Row& row, std::optional<Column> column) const;

  bool has_header_ = false;
  std::optional<Column> time_;
  std::vector<std::string> names_;  // in the order of the header
  std::map<std::string, Column, std::less<>> columns_;
  std::string text_;
  std::vector<Cell> cells_;
  std::vector<Row> rows_;
};

}  // namespace evenkeel::samples
