//! First pass: observes how each documented component is served, over all locations that refer to it.

use serde_json::Value;

use super::children::children;
use super::divergence::Notes;
use super::facing::{Decision, Facing, decide};
use super::observations::{Observations, Treatment};
use super::pointers::of_component;
use super::resolved::ResolvedSchema;
use super::sides::Sides;
use super::split_off::{self, OpenSplits};
use super::{bodies, outliers, parameters, responses};
use openapi_canonical::schema;

/// Observes how each documented component is served.
///
/// The locations that refer to a component are known only when all others are, since its own fields are such locations. So all locations
/// are visited until a visit finds no further fact.
pub(super) fn observe(sides: &Sides<'_>) -> Observations {
    let locations = locations(sides);
    let mut observer = Observer {
        sides,
        observations: Observations::default(),
        open_splits: OpenSplits::default(),
    };
    loop {
        let before = observer.observations.count();
        observer.visit_all(&locations);
        if observer.observations.count() == before {
            return observer.observations;
        }
        observer.observations.outliers = outliers::find(sides, &observer.observations);
    }
}

/// Returns the parameters, bodies and responses that both documents describe.
fn locations<'a>(sides: &'a Sides<'_>) -> Vec<Facing<'a>> {
    let pairs = sides.operations.pairs();
    let locations = pairs.flat_map(|pair| {
        let parameters = parameters::locations(sides, &pair);
        let body = bodies::location(sides, &pair);
        let responses = responses::locations(sides, &pair);
        parameters.into_iter().chain(body).chain(responses)
    });
    locations.collect()
}

/// State of the first pass.
struct Observer<'a> {
    sides: &'a Sides<'a>,
    observations: Observations,
    /// Components that would be split off for the locations above the present one.
    open_splits: OpenSplits,
}

impl Observer<'_> {
    fn visit_all(&mut self, locations: &[Facing<'_>]) {
        for location in locations {
            self.visit(location);
        }
        let components = schema::components(self.sides.documented);
        for (name, component) in components.into_iter().flatten() {
            let shapes = self.observations.schemas_of(name);
            self.visit_structure(&of_component(name), component, &shapes);
        }
    }

    fn visit(&mut self, facing: &Facing<'_>) {
        match decide(self.sides, &mut Notes::default(), facing) {
            Decision::Joined(fitting, _) => {
                self.visit_fitting(&facing.pointer, &facing.documented, &fitting);
            }
            Decision::Elements(elements) => self.visit(&elements),
            Decision::Documented | Decision::DocumentedBut(_) | Decision::Overruled(..) => {}
        }
    }

    fn visit_fitting(&mut self, pointer: &str, documented: &Value, shapes: &[ResolvedSchema]) {
        let Some(component) = schema::component_of(documented) else {
            return self.visit_structure(pointer, documented, shapes);
        };
        for shape in shapes {
            self.observations.add(component, shape);
        }
        let treatment = self.observations.treatment(component, shapes);
        if let Treatment::SplitOff(shapes) = treatment
            && self.open_splits.name(component, &shapes).is_none()
        {
            self.open_splits.open(component, &shapes, "");
            let own = split_off::common_part(self.sides, component, &shapes);
            self.visit_structure(pointer, &own, &shapes);
            self.open_splits.close();
        }
    }

    fn visit_structure(&mut self, pointer: &str, documented: &Value, shapes: &[ResolvedSchema]) {
        if schema::component_of(documented).is_some() {
            return self.visit_fitting(pointer, documented, shapes);
        }
        if shapes.is_empty() {
            return;
        }
        for child in children(self.sides, pointer, documented, shapes) {
            self.visit(&child.facing);
        }
    }
}
