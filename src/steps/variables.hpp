// ${name} in step texts: variables of the step, and secrets as ${env:NAME} or ${file:PATH}, which are resolved when the step runs.
//
// The rule of what a value may be: versions, digests, names and ids of pipelines come from people and from other systems, and a text that
// a shell or another program will read is no place for whatever they hold. So a variable that goes into a word of a command is made of
// letters, digits and . _ + : / @ , ~ - alone, begins with no "-" and holds no ".."; in an address it is percent-encoded; in a JSON body it
// stays one string, which a writer of JSON writes; in a header it holds no control character. Anything else is refused before anything
// starts. A command finds every variable in its environment too (EVENKEEL_VERSION ...), where it may hold anything.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace evenkeel::steps {

/// Where a text goes once its references are replaced.
enum class Into { text, argument, script, environment, address, header };

using Variables = std::map<std::string, std::string>;

/// Error: invalid for an unknown name, a missing or empty secret, or a value that may not stand there; the message names it, never a
/// secret's value. What was revealed is added to `secrets`, so that it can be struck out of outputs.
Result<std::string> substitute(std::string_view text, const Variables& variables, std::vector<std::string>& secrets,
                               Into into = Into::text);
/// The words of a command. After an interpreter's -c or -e even secrets are held to the rule of variables: they belong under `env`.
Result<std::vector<std::string>> substitute_words(const std::vector<std::string>& words, const Variables& variables,
                                                  std::vector<std::string>& secrets);
/// In every string and key of a JSON value.
Result<json::Value> substitute_json(const json::Value& value, const Variables& variables, std::vector<std::string>& secrets);

/// The value of a whole secret reference ("${env:NAME}"); empty for an empty text alone: a reference to nothing is an error.
Result<std::string> resolve_secret(const std::string& reference);
/// The references in a text, as they stand: "${env:NAME}", "${file:PATH}".
std::vector<std::string> secret_references(std::string_view text);

}  // namespace evenkeel::steps
