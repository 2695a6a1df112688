#include "base/yaml_documents.hpp"

#include <fmt/format.h>

namespace evenkeel {

Result<std::vector<YAML::Node>> yaml_documents(std::string_view yaml) {
  try {
    std::vector<YAML::Node> all;
    for (std::size_t from = 0; from < yaml.size();) {
      const auto next = std::min(yaml.find("\n---", from), yaml.size());
      if (auto one = YAML::Load(std::string(yaml.substr(from, next - from))); !one.IsNull()) all.push_back(std::move(one));
      from = next + 1;
    }
    return all;
  } catch (const YAML::Exception& e) { return invalid(fmt::format("not YAML: {}", e.what())); }
}

std::string text_at(const YAML::Node& node, const char* name) {
  const auto v = node.IsMap() ? node[name] : YAML::Node();
  return v && v.IsScalar() ? v.Scalar() : "";
}

YAML::Node member_of(const YAML::Node& node, const char* name) {
  return node && node.IsMap() ? node[name] : YAML::Node(YAML::NodeType::Undefined);
}

}  // namespace evenkeel
