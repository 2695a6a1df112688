// Words that other tools tell deployments in. They are read without regard to letters, blanks and dashes; a word that nobody knows is
// refused with the ones that are known, because what is taken for a success by default makes every figure better than it is.
#pragma once
#include <string_view>

#include "base/json.hpp"

namespace evenkeel::dora {

enum class ToldResult { success, failure, rolled_back };
BOOST_DESCRIBE_ENUM(ToldResult, success, failure, rolled_back)

/// Whatever ended without reaching its end (cancelled, aborted, waiting for a person) is no success. Error: invalid.
Result<ToldResult> result_from(std::string_view word);

/// "PRODUCTION", "prod", "prd", "eu-prod", "live-2": a word of the name says production, and none says something before it ("pre-prod").
bool is_production(std::string_view environment);

}  // namespace evenkeel::dora

namespace evenkeel::json {
template <>
inline Result<dora::ToldResult> enum_from<dora::ToldResult>(std::string_view text) {
  return dora::result_from(text);
}
}  // namespace evenkeel::json
