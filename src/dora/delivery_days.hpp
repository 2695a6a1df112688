// The deployments that a delivery report reads, day by day. A day that has ended is kept put together as one text (table delivery_day), so
// that a report over a million deployments reads some hundred texts and not a million rows; days that are not put together are read from
// the rows and go through the same text. The database throws a day away when one of its rows changes (migration 73).
//
// A text is a list of deployments in the order of their end, then id. Each is its fields in the order of `Part`, times in milliseconds
// since 1970 and empty when there is none, then for each commit its id and when it was written; a field ends with the unit separator
// (0x1f), a deployment with the record separator (0x1e). Neither is taken in a field (dora/intake.cpp).
#pragma once
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "store/database.hpp"

namespace evenkeel::dora {

enum class PartResult : std::uint8_t { success, running, failure, rolled_back };  // from good to bad

/// A row of the table `deployment` that has ended. Its texts point into the text it was read from.
struct Part {
  std::string_view id, run_id, release_id, service, version, detected_by;
  PartResult result = PartResult::success;
  bool unplanned = false;
  SysTime started, finished;
  std::optional<SysTime> restored, detected;
  std::string_view commits;  // for CommitReader
};

/// Reads the parts of one text in their order.
class PartReader {
 public:
  explicit PartReader(std::string_view text) : rest_(text) {}
  /// False at the end. Throws DatabaseError when the text is cut.
  bool next(Part& part);

 private:
  std::string_view rest_;
};

/// Reads the commits of one part.
class CommitReader {
 public:
  explicit CommitReader(std::string_view commits) : rest_(commits) {}
  bool next(std::string_view& id, std::optional<SysTime>& authored);

 private:
  std::string_view rest_;
};

/// The texts of an environment that hold every deployment that ended in [from, to], in the order of time; they may hold some before and
/// after.
std::deque<std::string> delivery_texts(store::Tx& tx, const std::string& environment, SysTime from, SysTime to);

/// The days of the environment (whole days since 1970) that ended before `now`, hold deployments and are not put together; newest first.
std::vector<std::int64_t> days_apart(store::Tx& tx, const std::string& environment, SysTime now);

/// Puts days together. Holds writers of deployments back until the end of the transaction (PostgreSQL): a day must not change while it is
/// read.
void put_days_together(store::Tx& tx, const std::string& environment, std::span<const std::int64_t> days);

}  // namespace evenkeel::dora
