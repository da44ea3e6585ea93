//! Areas and address points on both engines.

use registry::{
    geography::AreaMap,
    import::{import_areas, import_points},
    store,
};
use testkit::{OTHER_TENANT, each_engine};

use crate::scene::{cvr, imported, migrations, said};

#[tokio::test]
async fn the_areas_of_a_municipality_are_its_own_and_keep_their_ids() {
    each_engine(migrations, |bench| async move {
        let ctx = bench.ctx();
        assert_eq!(import_areas(&bench.db, &ctx, registry::town::AREAS).await.unwrap(), Ok(4));
        let first = store::areas(&bench.read()).await.unwrap();
        assert_eq!(import_areas(&bench.db, &ctx, registry::town::AREAS).await.unwrap(), Ok(4));
        assert_eq!(store::areas(&bench.read()).await.unwrap(), first);
        assert!(import_areas(&bench.db, &ctx, "{}").await.unwrap().is_err());
        assert_eq!(
            store::areas(&bench.read()).await.unwrap().len(),
            4,
            "a refused file leaves what was there"
        );
        let other = bench.db.read(&bench.ctx_of(OTHER_TENANT));
        assert!(store::areas(&other).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_establishment_lies_where_its_address_lies() {
    each_engine(migrations, |bench| async move {
        imported(&bench, &said(1, "Hejre").both()).await;
        import_areas(&bench.db, &bench.ctx(), registry::town::AREAS).await.unwrap().unwrap();
        let points = "address_id,longitude,latitude\n00000000-0000-4000-8000-000000000001,12.1,55.6\n\
                      00000000-0000-4000-8000-000000000001,12.385,55.683\nnix,1,2\n";
        let report = import_points(&bench.db, points.as_bytes()).await.unwrap().unwrap();
        assert_eq!((report.written, report.rejected), (1, 1));
        let record = store::company(bench.db.raw(), cvr(1)).await.unwrap().unwrap();
        let position = record.establishments[0].position.unwrap();
        let map = AreaMap::new(store::areas(&bench.read()).await.unwrap());
        assert_eq!(map.at(position).iter().map(|area| area.name.as_str()).collect::<Vec<_>>(), ["Hersted"]);
    })
    .await;
}
