// Reading evenkeel.yaml: YAML to described structs, with file, line and column of every complaint.
#pragma once
#include "definitions/organisation.hpp"

namespace evenkeel::definitions {

/// The file and what it includes (`include: [people.yaml, ...]`, relative to it): lists are joined, a section given twice is a complaint.
/// With `today`, a recurring window that never comes again is a complaint too. Error: invalid, with all complaints as "file:line:column".
/// Limits: 4 MiB and 100,000 nodes a file.
Result<Organisation> load(const std::string& path, std::optional<SysTime> today = {});
/// The same from text; `name` stands for the file in complaints. No includes.
Result<Organisation> read_yaml(std::string_view text, const std::string& name);

/// What does not fit together: unknown services, people, connections; cycles in dependencies (with the path); bad zones, times, rules.
/// Each complaint's field is the path in the file ("services[1].depends_on[0].service").
std::vector<Complaint> complaints_of(const Organisation& organisation);

/// JSON Schema (2020-12) of the file, for editors.
json::Value json_schema();

/// One definition that is added, changed or removed between two versions.
struct Difference {
  std::string what;           // "services.checkout"
  std::string change;         // "added", "changed", "removed"
  std::string before, after;  // JSON text; empty when there is none
};
BOOST_DESCRIBE_STRUCT(Difference, (), (what, change, before, after))
std::vector<Difference> diff(const Organisation& before, const Organisation& after);

}  // namespace evenkeel::definitions
