// Several YAML documents of one file.
#pragma once
#include <yaml-cpp/yaml.h>

#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace evenkeel {

/// Each document by itself, empty ones left out: yaml-cpp's LoadAll never ends on a stray "," (it makes empty documents until memory is
/// gone). Error: invalid.
Result<std::vector<YAML::Node>> yaml_documents(std::string_view yaml);
/// A member's text; empty when it is none.
std::string text_at(const YAML::Node& node, const char* name);
/// Nothing, as yaml-cpp says it, when it is not there; a plain Node is there, and null.
YAML::Node member_of(const YAML::Node& node, const char* name);

}  // namespace evenkeel
