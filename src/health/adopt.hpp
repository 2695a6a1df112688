// Criteria taken over from other tools: a Kayenta canary configuration, an Argo Rollouts AnalysisTemplate, an OpenSLO document. What fits
// is carried over; what does not is said, item by item, so that nobody believes a rule is still watched that is not.
#pragma once
#include "health/criteria.hpp"

namespace evenkeel::health {

struct Adopted {
  CriteriaSet set;
  std::vector<std::string> not_carried_over;  // "metrics[2] (cpu): a query of type atlas ..."
};
BOOST_DESCRIBE_STRUCT(Adopted, (), (set, not_carried_over))

/// Errors: invalid (not such a document).
Result<Adopted> adopt_kayenta(std::string_view json_text);
Result<Adopted> adopt_argo(std::string_view yaml_text);
Result<Adopted> adopt_openslo(std::string_view yaml_text);

}  // namespace evenkeel::health
