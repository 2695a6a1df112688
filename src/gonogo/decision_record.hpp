// A decision written down for people.
#pragma once
#include "gonogo/gonogo.hpp"

namespace evenkeel::gonogo {

/// Newest first.
std::vector<Decision> decisions_of(store::Tx& tx, const ReleaseId& release_id);
/// Who decided what and why, the gates as they were, the votes, what was sealed. `markdown` is all of it.
struct DecisionRecord {
  std::string id;
  std::int64_t number = 0;
  Verdict verdict = Verdict::no_go;
  std::string decided_by, reason;
  SysTime at;
  std::string markdown;
};
BOOST_DESCRIBE_STRUCT(DecisionRecord, (), (id, number, verdict, decided_by, reason, at, markdown))
std::vector<DecisionRecord> decision_records(store::Tx& tx, const planning::Release& release);

}  // namespace evenkeel::gonogo
