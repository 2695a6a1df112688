// Services taken over from Backstage's catalogue (catalog-info.yaml): components with what they depend on, whichever side says it.
//
// A reference is "[kind:][namespace/]name"; without a kind it is a component, without a namespace that of the entity that names it. An API
// that is consumed is a dependency on the component that provides it. What does not fit is named, item by item.
#pragma once
#include "definitions/organisation.hpp"

namespace evenkeel::definitions {

struct CatalogueService {
  std::string name, area, owner, team, repository;
  std::vector<DependencyDef> depends_on;
};
BOOST_DESCRIBE_STRUCT(CatalogueService, (), (name, area, owner, team, repository, depends_on))
struct Catalogue {
  std::vector<CatalogueService> services;
  std::vector<std::string> not_carried_over;  // "catalog: dependsOn resource:default/db is no component"
};
BOOST_DESCRIBE_STRUCT(Catalogue, (), (services, not_carried_over))

/// From the texts of any number of files. `area`: of components that name no system. Error: invalid (no YAML, no component).
Result<Catalogue> read_backstage(const std::vector<std::string>& texts, const std::string& area);

/// The section `services:` of evenkeel.yaml, to be completed.
std::string to_yaml(const Catalogue& catalogue);

}  // namespace evenkeel::definitions
