// Changes and their tier (CR1): every change is standard, normal or emergency by rule, with the reason; overridable with a reason.
#pragma once
#include "definitions/organisation.hpp"
#include "work/ids.hpp"
#include "work/work.hpp"

namespace evenkeel::risk {

enum class ChangeKind { code, configuration, flag, schema, data, infrastructure, vendor };
BOOST_DESCRIBE_ENUM(ChangeKind, code, configuration, flag, schema, data, infrastructure, vendor)

using definitions::Tier;

struct Change {
  ChangeId id;
  ReleaseId release_id;
  ChangeKind kind = ChangeKind::code;
  std::string source, external_id;
  std::vector<std::string> services;
  std::string title, message, author;
  SysTime merged_at, first_commit_at;
  std::vector<std::string> files;
  std::int64_t lines_added = 0, lines_deleted = 0;
  std::vector<std::string> labels;
  Tier tier = Tier::normal;
  std::string tier_rule, tier_reason;
  bool security_relevant = false, breaking = false;
  std::string reversal;
  bool one_way = false;
  bool files_known = true;                   // false: whoever told of it did not say which files it touches
  std::optional<SysTime> completed_at = {};  // when a later telling said more
};
BOOST_DESCRIBE_STRUCT(Change, (),
                      (id, release_id, kind, source, external_id, services, title, message, author, merged_at, first_commit_at, files,
                       lines_added, lines_deleted, labels, tier, tier_rule, tier_reason, security_relevant, breaking, reversal, one_way,
                       files_known, completed_at))

struct Classification {
  Tier tier = Tier::normal;
  std::string rule, reason;
  ChangeKind kind = ChangeKind::code;
  bool security_relevant = false;
};

/// Pure. Emergency marks win, then the pre-approved standard templates (all paths match, small enough, no migration and nothing
/// security-relevant), else normal; the reason names the rule and what matched.
Classification classify(const definitions::ClassificationDef& rules, const Change& change);

/// Shell pattern over paths: `*` and `?` within one part, `**` over parts.
bool path_matches(std::string_view pattern, std::string_view path);

}  // namespace evenkeel::risk
