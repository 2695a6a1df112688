// ${name} in step texts: variables of the step, and secrets as ${env:NAME} or ${file:PATH}, which are resolved when the step runs.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace evenkeel::steps {

/// Error: invalid for an unknown name or a missing secret; the message names it, never its value. What was revealed is added to
/// `secrets`, so that it can be struck out of outputs.
Result<std::string> substitute(std::string_view text, const std::map<std::string, std::string>& variables,
                               std::vector<std::string>& secrets);
/// The value of a whole secret reference ("${env:NAME}"); empty for an empty text.
Result<std::string> resolve_secret(const std::string& reference);
/// Every secret replaced by "***".
std::string struck_out(std::string text, const std::vector<std::string>& secrets);

}  // namespace evenkeel::steps
