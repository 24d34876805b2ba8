"""Words that look like names in business text and are not: products, calendar, titles, kinds of company."""

from __future__ import annotations

from next_evidence.text.normalise import word_set

# Products and vendors that customers of software companies talk about. Evidence: they must survive masking.
PRODUCTS = word_set(
    """
    adobe adp adyen airbyte aircall airflow airtable algolia alteryx amazon amplitude anaplan android apache apple
    apollo asana athena atlassian auth0 aws azure bamboohr basecamp bigquery bing bitbucket blackberry bombora box
    braintree braze brex calendly canva census chargebee chartmogul chatgpt chorus chrome chromium cisco clari claude
    clearbit clickhouse clickup cloudflare cognos concur confluence copilot cortex coupa cypress dagster databricks
    datadog dataiku dbt delighted dialpad discord docker docs docusign domo dremio drift drive dropbox druid duckdb
    dynamics ebay edge elastic eloqua epicor excel expensify facebook factset fastly figma firebase firefox firestore
    fivetran flink fresh freshdesk freshsales freshworks front gainsight gcp gemini ghost git github gitlab gmail gong
    google grafana graphql greenhouse groove gusto hadoop heap helm heroku hex hightouch hive honeycomb hotjar hubspot
    iceberg informatica insightsquared instagram intacct intercom intuit ios ipad iphone iterable java javascript
    jenkins jetbrains jira jotform kafka kibana klaviyo klipfolio kubernetes kustomer lattice leandata lever lightdash
    linear linkedin linux looker loom lucid lucidchart macbook mailchimp marketo matillion maxio meltano mercury metabase
    meta microsoft microstrategy miro mixpanel monday mongo mongodb monte carlo mulesoft mysql neo4j netflix netsuite
    netlify notion numbers okta omni onedrive onenote onelogin openai oracle orb otter outlook outreach pagerduty paddle
    pandadoc pardot paypal paylocity pendo phocas pipedrive plaid planful planhat polars polytomic postgres postgresql
    postman posthog power powerbi powerpoint prefect presto prometheus python qlik qualtrics quickbooks ramp recurly
    redash reddit redis redshift retool rippling rudderstack safari sage salesforce salesloft samsung sap segment sendgrid
    sentry servicenow shopify sheets sigma singer sisense sixsense skype slack slides smartsheet snaplogic snowflake
    snowplow soda solarwinds spark splunk spotify sqlite square squarespace steampipe stitch stripe sugarcrm superset
    surveymonkey tableau talend teams telegram teradata terraform thoughtspot tiktok tray trello trino twilio twitter
    typeform uber ubuntu unix vercel vertica vimeo vlookup webex webhook whatsapp windows wireshark wordpress workato
    workday workiva wrike xero yahoo youtube covid brexit gantt lidl slido unicef deliveroo epson dymo entra kotlin flutter pixel unity unreal zapier zendesk zendesks zoho zoom zoominfo zuora
    """
)

CALENDAR = word_set(
    """
    monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays
    sundays january february march april may june july august september october november december jan feb mar apr jun
    jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun easter christmas xmas ramadan diwali eid
    thanksgiving lent halloween passover hanukkah spring summer autumn winter
    """
)

# Titles, departments and things of the trade that stand capitalised beside names, or alone.
TRADE = word_set(
    """
    account accounting accounts admin administrator advisor agent ai analyst analytics api app arr assistant associate
    audit board bookings bot budget business calendar cc ceo cfo chief cio client close cloud cmo commercial compliance
    consultant contact contacts contract controller coo cpo cpq crm cro csat csm csv cto customer customers dashboard
    dashboards data database deal deals department desk dev director docs ebitda email engineer engineering enterprise
    erp etl executive export field finance financial fp fpa fwd gaap gdpr general gm growth gtm head hr human import
    info infosec integration intern internal invoice invoices ip it kpi lead leader leads legal login manager managers
    marketing mbr mobile mql mrr nda nps ok okr onboarding operations ops opportunity opportunities organization owner
    partner partners people permissions pipeline plan planning platform pm po president product products project
    prospect purchasing qa qbr quarter quarterly quota rbac re rep report reporting reports representative resources
    revenue revops rfp role roles saas sales saml sandbox scim sdr security senior service services shared sheet site
    sku sla slide software specialist sponsor sql sso stage stages staff strategy success summary supervisor support
    system systems tab table task team teams tech technical template territory test ticket tool training treasury
    trial ui user users ux editor editors exec execs viewers champion vat vendor version vice view viewer vp web webinar weekly workspace yoy active directory misc submit approve cancel reading surgery dad mum mom grandma welsh
    slovak lithuanian romanian polish english german french spanish dutch irish swedish danish norwegian finnish italian
    portuguese turkish greek
    """
)

# What companies are called after; "Frank Foods" is no Mr Foods.
COMPANY_ENDINGS = word_set(
    """
    ab ag aerospace agency airlines analytics associates automation automotive bank banking biotech bv brands brothers
    capital care chemicals college communications company construction consulting corp corporation council dental
    diagnostics digital dynamics education electric electronics energy engineering enterprises entertainment equipment
    estates farms finance financial foods foundation freight fund games gmbh group grp health healthcare holding holdings
    hospital hotels inc industries industrial insurance instruments interactive international labs laboratories learning
    limited llc llp logistics ltd machinery manufacturing marine materials media medical metals mobility motors nv
    networks optics oy packaging partners pay pharma pharmaceuticals plastics plc power products properties publishing
    pumps renewables resources restaurants retail robotics sa sarl school sciences se security semiconductors services
    shipping software solar solutions spa staffing steel stores studio studios supplies supply systems tech
    technologies technology telecom textiles tools trading transport travel university utilities ventures wealth wireless
    works
    """
)

# Given and family names that are also words, months or places: alone they need a second sign.
AMBIGUOUS = word_set(
    """
    abbey ada ale amber angel april archer art asia atlas august austin autumn bailey baker banks barber bay bean beat
    bell bent berg berry best bill bird bishop black blessing blue bob bond booth bow brand brandy brook brooks brown
    buck bush butler can carol carpenter carter case casey chad chance chandler charity chase chi christian church clay
    clerk close coast cole cook cooper coral court cox craft crane crystal daisy dale dan dash data dawn day dean dear
    delta dev diamond dick dollar don drew duke earl early east eddy edge eve ever fair faith farmer field fields finch
    fine fisher flint ford forest forum foster fox france frank franklin free freeman french frost gale gates gene
    georgia german gill glass glen gold golden good grace grant gray green grey grit gross guy hale hall hand hardy harm
    harmony harsh hart hay hayes hazel head heath hill hills holiday holly holmes hood hope house hunt hunter india iris
    ivy jack jade jan jasmine jean job jordan joy judge june junior kay keen kelvin kent key keys king knight lance lane
    law lee lily link little lone long look lord lot love low lucky luna lynch major man march marina mark marks marsh
    mason max may mean meg mercy merit miles mill miller mills mina mint mist moon moore morning moss much nail new nice
    nick nightingale noble norm norman north nova olive orange pace page paris park parker parks parsons pat patch
    patience patty payne peace peak pearl penny per perry phoenix pierce pike piper pitt pool poole pope post potter
    power powers press price prince prior pry queen quick ram ramp randy ray read real reed reeves regal rein rich rick
    rio river rivers rob robin rock rod roman rose rosemary ross round rowan ruby rule rush rusty sad said salt sandy
    savage scott sea self sharp shaw shell short silver singer skip small snow son song sonny south spark sparks spring
    stack star stark steel sterling stock stone storm strange street strong sue summer summers sun sunny sure swift
    sydney tab tan tanner taylor tea temple tern till tone town tracy tree troy tucker tune turner ty van vance vera vice
    victor vine viola violet wade wage walker wall walls ward ware waters watt way weaver webb week wells west wheeler
    white wild wilder will williams willow wills wise wolf wood woods work worth wright yard yoga york young
    """
)

# Places that the named-entity model takes for persons when they stand alone.
PLACES = word_set(
    """
    aberdeen amsterdam antwerp athens auckland bangalore barcelona basel bath beijing belfast belgrade bergen berlin bern
    birmingham bologna bordeaux boston bournemouth bremen brighton brisbane bristol brno bruges brussels bucharest budapest
    cambridge cardiff chicago cologne copenhagen cork coventry crete dallas delft denver detroit dortmund dresden dubai
    dublin dundee durham dusseldorf edinburgh eindhoven essex exeter florence frankfurt galway gdansk geneva genoa ghent
    glasgow gothenburg graz guadalajara hague hamburg hanoi hanover helsinki houston hyderabad inverness istanbul jakarta
    johannesburg kent krakow kyiv lagos leeds leicester leipzig leuven lille lima limerick lisbon liverpool ljubljana london
    luxembourg lyon madrid malaga malmo manchester marseille melbourne miami milan montreal mumbai munich nairobi nantes
    naples newcastle norwich nottingham nuremberg oslo ostrava oxford paris perth phoenix pisa plymouth porto portsmouth
    poznan prague preston rome rotterdam salzburg seattle seville sheffield singapore sofia southampton stansted stockholm
    strasbourg stuttgart swansea swindon sydney tallinn tampere tokyo toronto toulouse turin utrecht valencia vancouver
    venice vienna vilnius warsaw wroclaw yorkshire zagreb zaragoza zurich benelux emea apac latam
    """
)
